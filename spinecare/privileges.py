"""What the application's database role may do to tables that keep the record.

The triggers that refuse changes can be switched off by a session; a right that is missing cannot. So the
role that the web processes and workers use has no UPDATE or DELETE on what is append-only, and no DELETE on
what is part of the record.
"""

from __future__ import annotations

from collections.abc import Iterator

import pghistory
from django.apps import apps
from django.db import connection
from django.db.models import Model
from psycopg import sql

APPS = ("accounts", "pathway", "patients", "scheduling")
# Rows that the product itself deletes: work in progress, queues, one's own settings, times held or off.
DELETED = {
    "accounts.AccountMail",
    "accounts.HeldForm",
    "accounts.JobFailure",
    "accounts.SpentAssertion",
    "patients.AnswerDraft",
    "patients.ImportBadLine",
    "patients.ImportRun",
    "patients.ImportSeenRow",
    "patients.ReviewDue",
    "patients.SavedView",
    "scheduling.AvailabilityException",
    "scheduling.Consultation",
}
WIDER = """
SELECT name, privilege FROM unnest(%s::text[], %s::text[]) AS barred(name, privilege)
 WHERE has_table_privilege(current_user, name, privilege)
"""


def barred() -> Iterator[tuple[str, str]]:
    """Each table with a privilege that the application must not have."""
    for app in APPS:
        for model in apps.get_app_config(app).get_models():
            if _is_append_only(model):
                yield model._meta.db_table, "UPDATE"
            if model._meta.label not in DELETED:
                yield model._meta.db_table, "DELETE"


def _is_append_only(model: type[Model]) -> bool:
    triggers = getattr(model._meta, "triggers", ())
    is_history = issubclass(model, pghistory.models.Event)
    return is_history or any(trigger.name == "append_only" for trigger in triggers)


def limit_role(role: str) -> int:
    """Take the privileges from this role; returns how many statements. Idempotent; run by the owner."""
    done = 0
    with connection.cursor() as cursor:
        for table, privilege in barred():
            statement = sql.SQL("REVOKE {} ON {} FROM {}").format(
                sql.SQL(privilege), sql.Identifier(table), sql.Identifier(role)
            )
            cursor.execute(statement)
            done += 1
    return done


def too_wide() -> list[str]:
    """What the present role could do and must not, such as "DELETE on patients_symptomlog"."""
    pairs = list(barred())
    with connection.cursor() as cursor:
        cursor.execute(WIDER, [[table for table, _ in pairs], [right for _, right in pairs]])
        return [f"{right} on {table}" for table, right in cursor.fetchall()]
