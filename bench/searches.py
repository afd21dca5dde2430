"""What every search costs in a clinic of 20,000 patients, beside an empty page of the same person.

    python -m bench.searches [--patients 20000] [--rounds 20]

Processor time of the web process and of PostgreSQL together: the pages take turns, and a figure is the
mean over the rounds.
"""

import argparse
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import time_machine

from bench import clinic

ALLOWED_QUERIES, ALLOWED_RATIO = 10, 5
# A tick of the system's clock is longer than many a query.
AT_ONCE = 4
TICKS = os.sysconf("SC_CLK_TCK")
NAMES = """
UPDATE patients_patient
   SET name = (ARRAY['María José','Ben','Joy','Iván','Sara','Otto','Léna','Noor','Chloë','Jürgen','Seán','Ana'])[1 + id %% 12] || ' ' ||
              (ARRAY['Ortiz','Shaw','O''Brien','Kim','Silva','Núñez','Novák','García','Müller','Smith','Wiśniewski'])[1 + id / 12 %% 11]
              || ' ' || (ARRAY['Peña','de la Cruz','Berg','Lefèvre','Ruiz','Tanaka','Okonjo'])[1 + id / 132 %% 7],
       phone = '+1 212 ' || lpad((id %% 1000)::text, 3, '0') || ' ' || lpad((id * 7919 %% 10000)::text, 4, '0'),
       birth_date = DATE '1940-01-01' + (id * 7919 %% 22000)::int
 WHERE id >= %(first)s
"""
ASKED = {
    "one word": "ortiz", "name": "García, Ana", "two surnames": "nunez lefevre", "number": "n1004711",
    "born": "4 May 1971", "phone": "212 471 6609", "last four": "6609", "nobody": "zzzzzz",
    "one letter wrong": "Wisniewsky", "two words wrong": "Mulller Tanakka", "nobody nearly": "qqqq wwww xxxx",
    "eighty signs": "abcdefgh " * 8 + "abcdefgh",
}  # fmt: skip


@dataclass
class Cost:
    queries: int = 0
    web: float = 0
    database: float = 0


def fill(patients: int) -> None:
    """With a complaint, a trial and, one in ten, a flag; logs change nothing here."""
    from django.db import connection

    from bench.crowd import FINDINGS, FLAGS, a_flag, without

    one, by = a_flag()
    first, last = clinic.FIRST, clinic.FIRST + patients - 1
    span = {"first": first, "last": last}
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE diary AS SELECT n, 6 AS usual FROM generate_series(%(first)s::bigint, %(last)s) AS n",
            span,
        )
        clinic.copy_people(cursor)
        without(cursor, "patients_patient", NAMES, span)
        without(cursor, "patients_flag", FLAGS, {"one": one, "by": by, "step": 10, **span})
        without(cursor, "patients_finding", FINDINGS, {"one": one, **span})
        cursor.execute("VACUUM ANALYZE")


def processors() -> float:
    """Seconds that PostgreSQL and all that it has started have used until now."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        mine = cursor.fetchone()[0]
    head = int(Path(f"/proc/{mine}/stat").read_text().rpartition(")")[2].split()[1])
    return sum(ticks(each) for each in [head, *children(head)]) / TICKS


def children(head: int) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{head}/task/{head}/children").read_text().split()]


def ticks(pid: int) -> int:
    """Its own, and those of its children that have ended."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return 0
    return sum(map(int, stat.rpartition(")")[2].split()[11:15]))


def pages() -> dict[str, str]:
    from django.urls import reverse

    from patients.record.sealed_search import sealed

    boxes = {"patients": "patient_list", "worklist": "worklist", "by phone": "book_by_phone"}
    asked = {
        f"{box}: {name}": f"{reverse(page)}?q={sealed(typed)}"
        for box, page in boxes.items()
        for name, typed in ASKED.items()
    }
    return {"empty": reverse("bench_empty"), "worklist": reverse("worklist"), **asked}


def somebody(role: str):  # type: ignore[no-untyped-def]
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
    from django.test import Client

    from accounts import actions as accounts
    from accounts.models import Clinic, User

    house, by = Clinic.objects.get(), User.objects.earliest("pk")
    asked = {"clinic": house, "role": role, "name": role, "by": by, "now": clinic.NOW}
    invited = accounts.invite(email=f"{role}@clinic.example", **asked)
    user = accounts.accept_invitation(invitation=invited, now=clinic.NOW)
    TOTP.activate(user, generate_totp_secret())
    window = Client()
    window.force_login(user)
    return window


def measure(rounds: int) -> dict[str, Cost]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    kim, sam = somebody("clinician"), somebody("scheduler")
    costs = {}

    def ask(name: str, address: str) -> None:
        window = sam if name.startswith("by phone") else kim
        assert window.get(address).status_code == 200, name

    for name, address in pages().items():
        ask(name, address)  # warm
        with CaptureQueriesContext(connection) as captured:
            ask(name, address)
        costs[name] = Cost(queries=len(captured))
    for _ in range(rounds):
        for name, address in pages().items():
            before, began = processors(), time.process_time()
            for _again in range(AT_ONCE):
                ask(name, address)
            costs[name].web += (time.process_time() - began) / rounds / AT_ONCE
            costs[name].database += (processors() - before) / rounds / AT_ONCE
    return costs


def told(costs: dict[str, Cost]) -> bool:
    empty = costs["empty"].web + costs["empty"].database
    kept = True
    print(f"{'search':34s} {'queries':>8s} {'web ms':>8s} {'db ms':>8s} {'x empty':>8s}")
    for name, cost in costs.items():
        ratio = (cost.web + cost.database) / empty
        good = cost.queries <= ALLOWED_QUERIES and ratio <= ALLOWED_RATIO
        kept &= good
        figures = (
            f"{cost.queries:8d} {cost.web * 1000:8.1f} {cost.database * 1000:8.1f} {ratio:8.1f}"
        )
        print(f"{name:34s} {figures}{'' if good else '  over the limit'}")
    return kept


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--patients", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=20)
    asked = parser.parse_args()
    clinic.open_database()
    with time_machine.travel(clinic.NOW, tick=True):
        clinic.first_person()
        try:
            return report(asked)
        finally:
            clinic.close_database()


def report(asked: argparse.Namespace) -> int:
    import structlog
    from django.conf import settings

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    settings.ROOT_URLCONF = "bench.pages"
    settings.ALLOWED_HOSTS = ["testserver"]
    fill(asked.patients)
    print(f"{asked.patients:,} patients; mean of {asked.rounds} rounds\n")
    return 0 if told(measure(asked.rounds)) else 1


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spinecare.settings")
    sys.exit(main())
