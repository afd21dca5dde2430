"""Every page of the URLconf in a big clinic: queries and processor time beside an empty page.

    python -m bench.walk [--patients 20000] [--rounds 3]

Pages about one row show a flagged patient's. Forms are opened, not sent.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from statistics import median

import time_machine
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from bench import clinic, crowd
from bench.requests import lines_go_nowhere

MOST_QUERIES, MOST_RATIO = 12, 6
LEFT_OUT = {"healthz", "readyz", "manifest", "service_worker", "my_data_file", "my_data_fhir"}

# One patient in ten wants a visit, every tenth other is referred by VA.
WANTED = """
INSERT INTO patients_visitrequest (episode_id, purpose, due_on, requested_by_id, requested_at)
SELECT id, 'review', %(today)s + (id %% 40)::int - 20, %(by)s, %(now)s
  FROM patients_episode WHERE id >= %(first)s AND id %% 10 = 3
"""
REFERRED = """
INSERT INTO scheduling_referral (patient_id, number, state, requested_at, changed_at, changed_by_id,
       starts_on, ends_on, visits_allowed, closing)
SELECT id, 'VA' || id, 'authorised', %(now)s, %(now)s, %(by)s, %(today)s - 30, %(today)s + (id %% 60)::int, 8, ''
  FROM patients_patient WHERE id >= %(first)s AND id %% 10 = 5
"""


def more_rows() -> None:
    from django.db import connection

    from accounts.models import User

    first_user = User.objects.order_by("pk")[0].pk
    told = {"first": clinic.FIRST, "today": clinic.NOW.date(), "now": clinic.NOW, "by": first_user}
    with connection.cursor() as cursor:
        crowd.without(cursor, "patients_visitrequest", WANTED, told)
        crowd.without(cursor, "scheduling_referral", REFERRED, told)
        cursor.execute("UPDATE patients_patient SET is_veteran = true WHERE id % 10 IN (5, 6)")
        cursor.execute("VACUUM ANALYZE")


def walk(patterns: list[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from walk(pattern.url_patterns)
        else:
            yield pattern


def addresses() -> Iterator[tuple[str, str, str]]:
    """Of each page: its name, who may open it, and where it is."""
    examples = rows()
    for url in walk(get_resolver().url_patterns):
        audience = str(getattr(url.callback, "audience", ""))
        if not audience or url.name in LEFT_OUT or str(url.name).startswith(("bench", "plain")):
            continue
        kwargs = {key: examples[key] for key in url.pattern.converters if key in examples}
        if "pk" in kwargs:
            kwargs["pk"] = examples[OF.get(str(url.name), "patient")]
        try:
            yield str(url.name), audience, reverse(str(url.name), kwargs=kwargs)
        except NoReverseMatch:
            continue


# What the number in a page's address is; a patient's where nothing is said.
OF = {
    **dict.fromkeys(
        ("flag", "explain", "flag_row", "next_flag", "snooze", "assign", "decide", "discuss"),
        "flag",
    ),
    **dict.fromkeys(("find_time", "best_fits", "offer"), "request"),
    **dict.fromkeys(("referral",), "referral"),
}


def rows() -> dict[str, object]:
    from patients.models import Flag, VisitRequest
    from scheduling.models import Referral

    flag = Flag.objects.filter(kind="plateau", trial__isnull=False).earliest("pk")
    return {
        "pk": 0,
        "flag": flag.pk,
        "patient": flag.episode.patient_id,
        "request": VisitRequest.objects.earliest("pk").pk,
        "referral": Referral.objects.earliest("pk").pk,
        "key": "peg",
        "level": 2,
        "number": 1,
        "day": clinic.NOW.date(),
        "kind": "plan",
    }


def report(rounds: int) -> int:
    from django.core.handlers.wsgi import WSGIHandler
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from bench import windows

    ours, people = WSGIHandler(), windows.everybody()
    empty = {
        who: windows.Page(ours, reverse(page), cookies) for who, (page, cookies) in people.items()
    }
    for page in empty.values():
        page.ask(3)
    told, seen = [], set()
    for name, audience, address in addresses():
        for who in WHO[audience]:
            if (name, who) in seen:
                continue
            seen.add((name, who))
            page = windows.Page(ours, address, people[who][1], wanted=0)
            if page.status() != 200:
                continue
            page.ask(1)
            with CaptureQueriesContext(connection) as asked:
                page.ask(1)
            queries = len(asked)
            pairs = [(page.cost(1), empty[who].cost(4)) for _ in range(rounds)]
            ratio = median(one[0] / other[0] for one, other in pairs)
            told.append(
                (
                    ratio,
                    queries,
                    median(one[0] for one, _ in pairs) * 1000,
                    median(one[1] for one, _ in pairs) * 1000,
                    name,
                    who,
                )
            )
    return tell(told)


WHO = {
    "public": ("patient",), "person": ("patient", "clinician"), "patient": ("patient",),
    "clinician": ("clinician",), "scheduler": ("scheduler",), "administrator": ("administrator",),
    "desk": ("scheduler",), "clinic": ("scheduler", "clinician"),
}  # fmt: skip


def tell(told: list[tuple[float, int, float, float, str, str]]) -> int:
    over = [one for one in told if one[0] > MOST_RATIO or one[1] > MOST_QUERIES]
    print(
        f"{len(told)} pages, {len(over)} over {MOST_RATIO} x an empty page or {MOST_QUERIES} queries\n"
    )
    print(f"{'page':28s} {'who':14s} {'queries':>8s} {'ms':>8s} {'database':>9s} {'x empty':>8s}")
    for ratio, queries, spent, database, name, who in sorted(told, reverse=True):
        print(f"{name:28s} {who:14s} {queries:8d} {spent:8.1f} {database:9.1f} {ratio:8.1f}")
    return len(over)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--patients", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    clinic.open_database()
    with time_machine.travel(clinic.NOW, tick=True):
        clinic.first_person()
        from django.conf import settings

        from bench import plain

        settings.ROOT_URLCONF = "bench.pages"
        settings.ALLOWED_HOSTS = ["testserver"]
        settings.AUTHENTICATION_BACKENDS += [plain.BACKEND]
        lines_go_nowhere()
        try:
            crowd.fill(asked.patients, clinic.LOGS, asked.patients // 10)
            crowd.look_at_flagged()
            more_rows()
            return report(asked.rounds)
        finally:
            clinic.close_database()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spinecare.settings")
    sys.exit(main())
