"""A log and its mark for review in one statement: one way to the database and back, one transaction."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection

from patients.models import SymptomLog

# Refused without an error: by a full day, or because the same form came before.
INSERT = """
WITH log AS (
    INSERT INTO patients_symptomlog ({columns})
    SELECT {values}
     WHERE (SELECT count(*) FROM patients_symptomlog
             WHERE episode_id = %s AND logged_at >= %s AND logged_at < %s
               AND submission_id <> %s AND source <> 'import') < %s
        ON CONFLICT ON CONSTRAINT one_log_per_form DO NOTHING
    RETURNING id, episode_id
){marked}
SELECT id FROM log
"""
MARKED = """, due AS (
    INSERT INTO patients_reviewdue (trial_id, clinic_id, due_at)
    SELECT trial.id, patient.clinic_id, %s
      FROM log
      JOIN patients_tiertrial AS trial ON trial.episode_id = log.episode_id AND trial.ended_on IS NULL
      JOIN patients_episode AS episode ON episode.id = log.episode_id
      JOIN patients_patient AS patient ON patient.id = episode.patient_id
)"""


def insert(
    log: SymptomLog, *, day: tuple[datetime, datetime], most: int, due_at: datetime | None
) -> bool:
    """Save the log, if fewer than `most` were made on that day and its form did not come before.

    Its running trials are due for review at `due_at`; None: whoever calls marks them later.
    """
    values: list[Any] = [
        field.get_db_prep_save(getattr(log, field.attname), connection) for field in _fields()
    ]
    room: list[Any] = [log.episode_id, *day, log.submission_id, most]
    with connection.cursor() as cursor:
        cursor.execute(
            _statement(due_at is not None), [*values, *room, *([due_at] if due_at else [])]
        )
        saved = cursor.fetchone()
    if saved is None:
        return False
    log.pk = saved[0]
    log._state.adding, log._state.db = False, connection.alias
    return True


@cache
def _fields() -> list[Any]:
    return [field for field in SymptomLog._meta.concrete_fields if not field.primary_key]


@cache
def _statement(marks: bool) -> str:
    return INSERT.format(
        columns=", ".join(connection.ops.quote_name(field.column) for field in _fields()),
        values=", ".join(["%s"] * len(_fields())),
        marked=MARKED if marks else "",
    )
