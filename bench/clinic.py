"""A clinic of any size for bench/sweep.py, in a database of its own on the checkout's server.

One person is made through the product's actions, and copied in SQL; their diaries are simulated.
"""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit, urlunsplit

import django
import numpy as np
import psycopg

from pathway.simulation import MISSING, PLATEAUS, RESPONDERS, Settings, cohort

DATABASE = "spinecare_bench"
NOW = datetime(2026, 3, 2, 14, tzinfo=UTC)
WINDOW, LOGS = 84, 120  # days of the trial, and of the diary that ends on its last day
KINDS = RESPONDERS + PLATEAUS
FIRST = 1_000_000  # number of the first copy
DIFFERENT = 8_000  # people; more of them are these again

COPIES = {
    "patients_patient": ("id", "'number', 'N' || n, 'user_id', NULL"),
    "patients_episode": ("id", "'patient_id', n"),
    "patients_tiertrial": ("id", "'episode_id', n, 'usual_pain', usual"),
    "patients_trialreview": ("trial_id", "'status', NULL"),
}
COPY = """
INSERT INTO {table} ({columns}) SELECT {copied}
  FROM {table} AS one, diary,
       jsonb_populate_record(one, jsonb_build_object('{key}', n, {changes})) AS copy
 WHERE one.{key} < %(first)s
"""
WRITE_LOGS = """
INSERT INTO patients_symptomlog (episode_id, submission_id, logged_at, local_date, is_late,
       average_pain, programme, medicine, note, source, entered_by_id)
SELECT n, lpad(to_hex(n * 1000 + %(day)s), 32, '0')::uuid, %(at)s, %(at)s::date, false,
       get_byte(scores, %(day)s), 'done', 'planned', '', 'patient', %(by)s
  FROM diary
"""


def open_database() -> None:
    """An empty, migrated database, for this process and those that it starts."""
    from spinecare import embedded

    home = os.environ.get("DATABASE_URL") or embedded.database_url()
    with psycopg.connect(_beside(home, "postgres"), autocommit=True) as session:
        session.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        session.execute(f"CREATE DATABASE {DATABASE}")
    os.environ.update(DATABASE_URL=_beside(home, DATABASE), SPINECARE_MODE="development")
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], check=True)


def close_database() -> None:
    from django.db import connection

    connection.close()
    with psycopg.connect(
        _beside(os.environ["DATABASE_URL"], "postgres"), autocommit=True
    ) as session:
        session.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")


def _beside(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def first_person() -> None:
    """Whom the others are copies of; the clock stands at their trial's first day."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "spinecare.settings"
    django.setup()
    from bench import imports
    from patients.models import TierTrial

    imports.furnish()
    imports.person("N-0")
    first_day = NOW.date() - timedelta(days=WINDOW - 1)
    TierTrial.objects.update(started_on=first_day, window_days=WINDOW)
    _trust_references()


def _trust_references() -> None:
    """To check every log's episode one by one would take most of the time that filling takes."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint"
            " WHERE contype = 'f' AND conrelid = 'patients_symptomlog'::regclass"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f'ALTER TABLE patients_symptomlog DROP CONSTRAINT "{name}"')


def fill(known: int, trials: int) -> None:
    """From `known` to `trials` people, each with one running trial on its last day and a diary
    without gaps. The logs lie in the table as they come in: day after day, not person after person.
    """
    from django.db import connection

    from accounts.models import User

    first, by = NOW - timedelta(days=LOGS - 1), User.objects.get().pk
    with connection.cursor() as cursor:
        _diaries(cursor, range(known, trials))
        copy_people(cursor)
        for day in range(LOGS):
            row = {"day": day, "at": first + timedelta(days=day), "by": by}
            _without_history(cursor, "patients_symptomlog", WRITE_LOGS, row)
        cursor.execute("VACUUM ANALYZE")


def copy_people(cursor) -> None:  # type: ignore[no-untyped-def]
    """A copy of the first person, with complaint and trial, for each row of `diary`."""
    for table, (key, changes) in COPIES.items():
        names = _written(table)
        listed = {
            "columns": ", ".join(names),
            "copied": ", ".join(f"copy.{name}" for name in names),
        }
        copy = COPY.format(table=table, key=key, changes=changes, **listed)
        _without_history(cursor, table, copy, {"first": FIRST})


def _written(table: str) -> list[str]:
    """Its columns without those that the database keeps itself."""
    from django.apps import apps

    [model] = [model for model in apps.get_models() if model._meta.db_table == table]
    return [field.column for field in model._meta.concrete_fields if not field.generated]


def _without_history(cursor, table: str, sql: str, values=None) -> None:  # type: ignore[no-untyped-def]
    cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    cursor.execute(sql, values)
    cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def _diaries(cursor, numbers: range) -> None:  # type: ignore[no-untyped-def]
    """The table `diary`: numbers from 1,000,000, usual pain, and one byte a day."""
    people = cohort(DIFFERENT // 8, Settings(days=WINDOW, missing=MISSING["none"]), 1, KINDS)
    mixed = np.random.default_rng(0).permutation(len(people))
    before = people.pain[:, : LOGS - WINDOW]
    scores = np.hstack([before, people.pain]).astype(np.uint8)[mixed]
    usual = people.usual_pain[mixed].round()
    cursor.execute("DROP TABLE IF EXISTS diary")
    cursor.execute("CREATE TABLE diary (n bigint, usual int, scores bytea)")
    with cursor.copy("COPY diary FROM STDIN") as copy:
        for number in numbers:
            row = number % len(scores)
            copy.write_row((FIRST + number, int(usual[row]), scores[row].tobytes()))


def mark_all_due() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO patients_reviewdue (trial_id, clinic_id, due_at)"
            " SELECT trial.id, patient.clinic_id, %s FROM patients_tiertrial AS trial"
            " JOIN patients_episode AS episode ON episode.id = trial.episode_id"
            " JOIN patients_patient AS patient ON patient.id = episode.patient_id"
            " WHERE trial.id >= %s",
            [NOW, FIRST],
        )
        cursor.execute("VACUUM ANALYZE patients_reviewdue")
