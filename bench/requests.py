"""How long the server takes for a clinician's pages, beside an empty signed-in page of the same run.

    python -m bench.requests [--patients 20000] [--days 200] [--flags 2000] [--rounds N]

Every patient has a running trial and a log a day: 20,000 x 200 are 4 million. The pages take turns;
a figure is the median of the rounds. A ratio is to the empty page of the same person in the same
round, for the machine's speed drifts from round to round.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from operator import truediv
from statistics import median

import time_machine

from bench import clinic

ALLOWED_QUERIES, ALLOWED_RATIO = 12, 10
HELD = ("worklist", "patients", "evidence")  # to the limits above; the others are only told
EMPTY = ("empty", "empty, patient")  # of the clinician's window and of the patient's

EARLIER = """
INSERT INTO patients_symptomlog (episode_id, submission_id, logged_at, local_date, is_late,
       average_pain, programme, medicine, note, source, entered_by_id)
SELECT episode_id, gen_random_uuid(), logged_at - make_interval(days => %(back)s),
       local_date - %(back)s, is_late, average_pain, programme, medicine, note, source, entered_by_id
  FROM patients_symptomlog
 WHERE local_date > %(until)s AND episode_id >= %(first)s
"""
NAMES = """
UPDATE patients_patient
   SET name = (ARRAY['Maria','Ben','Joy','Ivan','Sara','Otto','Lena','Noor'])[1 + id %% 8] || ' ' ||
              (ARRAY['Ortiz','Shaw','Adeyemi','Kim','Silva','Brandt','Novak'])[1 + id %% 7] || ' ' || id,
       birth_date = DATE '1940-01-01' + (id * 7919 %% 22000)::int
 WHERE id >= %(first)s
"""
# Every so-many-th patient; the kinds take turns, a few are owned, snoozed or to be discussed.
FLAGS = """
INSERT INTO patients_flag SELECT flag.*
  FROM patients_flag AS one, generate_series(%(first)s::bigint, %(last)s, %(step)s) AS n,
       LATERAL (SELECT n / %(step)s %% 5 AS turn) AS turns,
       jsonb_populate_record(one, jsonb_build_object(
         'id', n, 'episode_id', n, 'trial_id', n,
         'kind', (ARRAY['plateau','worsening','window_complete','review_requested','insufficient_data'])[1 + turn],
         'severity', (ARRAY[2, 2, 2, 2, 1])[1 + turn],
         'due_at', one.due_at + make_interval(mins => (n * 7919 %% 10000)::int),
         'owner_id', CASE WHEN turn IN (1, 4) THEN %(by)s END, 'owned_at', CASE WHEN turn IN (1, 4) THEN one.opened_at END,
         'owned_until', CASE WHEN turn IN (1, 4) THEN one.due_at END)) AS flag
 WHERE one.id = %(one)s
"""
FINDINGS = """
INSERT INTO patients_finding SELECT finding.*
  FROM patients_finding AS one, patients_flag AS flag, generate_series(0, 1) AS k,
       jsonb_populate_record(one, jsonb_build_object(
         'id', flag.id * 2 + k, 'flag_id', flag.id, 'trial_id', flag.trial_id, 'kind', flag.kind,
         'since', one.since - k::int)) AS finding
 WHERE one.flag_id = %(one)s AND flag.id >= %(first)s
"""
SCORES = """
INSERT INTO patients_functionscore SELECT score.*
  FROM patients_functionscore AS one, patients_flag AS flag, generate_series(0, 9) AS k,
       jsonb_populate_record(one, jsonb_build_object(
         'id', flag.id * 10 + k, 'episode_id', flag.episode_id, 'submission_id', gen_random_uuid(),
         'local_date', one.local_date - (k * 7)::int)) AS score
 WHERE flag.id >= %(first)s
"""


@dataclass(frozen=True)
class Figure:
    queries: int
    seconds: float
    ratio: float


def fill(patients: int, days: int, flags: int) -> None:
    """People with diaries as the sweep's bench makes them; then older logs, names, flags, scores."""
    from django.db import connection

    clinic.fill(0, patients)
    first = {"first": clinic.FIRST}
    with connection.cursor() as cursor:
        back, older = clinic.LOGS, days - clinic.LOGS
        if older > 0:
            until = clinic.NOW.date() - timedelta(days=older)
            without(cursor, "patients_symptomlog", EARLIER, {"back": back, "until": until, **first})
        without(cursor, "patients_patient", NAMES, first)
        one, by = a_flag()
        step = max(1, patients // flags)
        span = {"last": clinic.FIRST + step * flags - 1, "step": step}
        asked = {"one": one, "by": by, **span, **first}
        for table, sql in (
            ("patients_flag", FLAGS), ("patients_finding", FINDINGS), ("patients_functionscore", SCORES),
        ):  # fmt: skip
            without(cursor, table, sql, asked)
        cursor.execute("VACUUM ANALYZE")


def without(cursor, table: str, sql: str, values: dict[str, object]) -> None:  # type: ignore[no-untyped-def]
    """No history of what nobody did."""
    cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    cursor.execute(sql, values)
    cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def a_flag() -> tuple[int, int]:
    """The flag and the score that the others are copies of, and who owns some of them."""
    from uuid import uuid4

    from accounts.models import User
    from pathway.models import Protocol
    from patients.flags.actions import request_review
    from patients.models import Episode
    from patients.questionnaires.actions.scores import FilledForm, record_peg

    protocol, by = Protocol.objects.current(), User.objects.get()
    episode = Episode.objects.get(pk__lt=clinic.FIRST)
    form = FilledForm(protocol.instruments.get(key="peg"), uuid4(), dict.fromkeys("123", 6))
    record_peg(episode=episode, form=form, by=by, now=clinic.NOW)
    flag = request_review(episode=episode, reason="", protocol=protocol, now=clinic.NOW)
    return flag.pk, by.pk


def look_at_flagged() -> None:
    """So that the flags' trials have the numbers that their pages show."""
    from patients.models import Flag, ReviewDue
    from patients.review.sweep import review_due_trials

    flagged = Flag.objects.filter(trial__isnull=False)
    trials = flagged.values_list("trial", "episode__patient__clinic")
    ReviewDue.objects.bulk_create(
        ReviewDue(trial_id=trial, clinic_id=where, due_at=clinic.NOW) for trial, where in trials
    )
    review_due_trials(now=clinic.NOW)


def people():  # type: ignore[no-untyped-def]
    """A clinician with a second factor, and a patient with an account; both signed in."""
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
    from django.test import Client

    from accounts import actions as accounts
    from accounts.models import Clinic, User
    from patients.models import Patient
    from patients.record.actions.register import invite_patient, join

    house, by = Clinic.objects.get(), User.objects.get()
    asked = {"clinic": house, "role": "clinician", "by": by, "now": clinic.NOW}
    invited = accounts.invite(email="kim@clinic.example", name="Dr. Kim", **asked)
    kim = accounts.accept_invitation(invitation=invited, now=clinic.NOW)
    TOTP.activate(kim, generate_totp_secret())
    patient = Patient.objects.get(pk=clinic.FIRST)
    Patient.objects.filter(pk=patient.pk).update(email="maria@mail.example")
    patient.refresh_from_db()
    invited = invite_patient(patient=patient, by=by, now=clinic.NOW)
    maria = join(invitation=invited, now=clinic.NOW)
    windows = []
    for user in (kim, maria):
        window = Client()
        window.force_login(user)
        windows.append(window)
    return windows


def pages() -> dict[str, tuple[int, str]]:
    """Whose window (0: the clinician's, 1: the patient's) and which address."""
    from django.urls import reverse

    from patients.models import Flag
    from patients.record.sealed_search import sealed

    flag = Flag.objects.filter(kind="plateau", trial__isnull=False).earliest("pk")
    return {
        "empty": (0, reverse("bench_empty")),
        "worklist": (0, reverse("worklist")),
        "patients": (0, reverse("patient_list")),
        "patients, searched": (0, f"{reverse('patient_list')}?q={sealed('ortiz maria')}"),
        "patients, silent": (0, reverse("patient_list") + "?silent=14"),
        "evidence": (0, reverse("flag", args=[flag.pk])),
        "by day": (0, reverse("timeline", args=[flag.episode.patient_id])),
        "empty, patient": (1, reverse("bench_empty_patient")),
        "home": (1, reverse("home")),
        "log": (1, reverse("log")),
        "progress": (1, reverse("progress")),
    }


def measure(rounds: int) -> dict[str, Figure]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    windows, addresses = people(), pages()

    def ask(name: str) -> None:
        window, address = addresses[name]
        assert windows[window].get(address).status_code == 200, name

    queries, seconds = {}, {name: [] for name in addresses}  # type: ignore[var-annotated]
    for name in addresses:
        ask(name)  # warm: templates, connections, the session's first write
        with CaptureQueriesContext(
            connection,
        ) as captured:
            ask(name)
        queries[name] = len(captured)
    for _ in range(rounds):
        for name in addresses:
            seconds[name].append(timed(lambda name=name: ask(name)))  # type: ignore[misc]
    return {
        name: Figure(
            queries[name],
            median(seconds[name]),
            median(map(truediv, seconds[name], seconds[EMPTY[window]])),
        )
        for name, (window, _address) in addresses.items()
    }


def timed(job: Callable[[], None]) -> float:
    began = time.perf_counter()
    job()
    return time.perf_counter() - began


def told(figures: dict[str, Figure]) -> bool:
    """Prints the figures; true when every page that is held to the limits keeps them."""
    kept = True
    print(f"{'page':20s} {'queries':>8s} {'ms':>8s} {'x empty':>8s}")
    for name, figure in figures.items():
        is_held = name in HELD
        good = not is_held or (figure.queries <= ALLOWED_QUERIES and figure.ratio <= ALLOWED_RATIO)
        kept &= good
        note = "" if good else f"  over the limit of {ALLOWED_QUERIES} queries or {ALLOWED_RATIO} x"
        print(
            f"{name:20s} {figure.queries:8d} {figure.seconds * 1000:8.1f} {figure.ratio:8.1f}{note}"
        )
    return kept


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--patients", type=int, default=20_000)
    parser.add_argument("--days", type=int, default=200, help="of diary; at least 120")
    parser.add_argument("--flags", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=15)
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
    fill(asked.patients, asked.days, asked.flags)
    look_at_flagged()
    from patients.models import Flag, SymptomLog

    print(
        f"{asked.patients:,} patients, {SymptomLog.objects.count():,} logs, "
        f"{Flag.objects.open().count():,} open flags; median of {asked.rounds} rounds\n"
    )
    return 0 if told(measure(asked.rounds)) else 1


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spinecare.settings")
    sys.exit(main())
