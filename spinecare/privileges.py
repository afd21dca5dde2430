"""What the application's database role may do to tables that keep the record.

The triggers that refuse changes can be switched off by a session; a right that is missing cannot. So nobody
but the owner of the tables has UPDATE or DELETE on what is append-only, DELETE on what is part of the record,
or TRUNCATE on any of ours: each migration ends with taking that away (`spinecare/apps.py`), from whichever
role has it, and no process of production starts with a role that has it all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import pghistory
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection
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
HELD = """
SELECT DISTINCT name, privilege, coalesce(role.rolname, 'public')
  FROM unnest(%s::text[], %s::text[]) AS barred(name, privilege)
  JOIN pg_class AS kept ON kept.oid = to_regclass(quote_ident(name))
 CROSS JOIN aclexplode(kept.relacl) AS given
  LEFT JOIN pg_roles AS role ON role.oid = given.grantee
 WHERE given.privilege_type = privilege AND given.grantee <> kept.relowner
   AND pg_has_role(current_user, kept.relowner, 'USAGE')
"""
WIDER = """
SELECT name, privilege FROM unnest(%s::text[], %s::text[]) AS barred(name, privilege)
 WHERE has_table_privilege(current_user, name, privilege)
"""


def barred(apps_named: Sequence[str] = APPS) -> Iterator[tuple[str, str]]:
    """Each table with a privilege that nobody but its owner may have."""
    for app in apps_named:
        for model in apps.get_app_config(app).get_models():
            yield model._meta.db_table, "TRUNCATE"
            if _is_append_only(model):
                yield model._meta.db_table, "UPDATE"
            if model._meta.label not in DELETED:
                yield model._meta.db_table, "DELETE"


def _is_append_only(model: type[Model]) -> bool:
    triggers = getattr(model._meta, "triggers", ())
    is_history = issubclass(model, pghistory.models.Event)
    return is_history or any(trigger.name == "append_only" for trigger in triggers)


def limit_others(app: str) -> list[str]:
    """Take those of this app's tables from whoever holds them and is not their owner; returns what was taken,
    such as "DELETE on patients_symptomlog from spinecare". Idempotent; nothing happens to another's tables.
    """
    with connection.cursor() as cursor:
        cursor.execute(HELD, _in_columns(barred([app])))
        held = cursor.fetchall()
        for table, privilege, role in held:
            cursor.execute(_revoke(table, privilege, role))
    return [f"{privilege} on {table} from {role}" for table, privilege, role in held]


def _revoke(table: str, privilege: str, role: str) -> sql.Composed:
    whom = sql.SQL("PUBLIC") if role == "public" else sql.Identifier(role)
    return sql.SQL("REVOKE {} ON {} FROM {}").format(
        sql.SQL(privilege), sql.Identifier(table), whom
    )


def too_wide() -> list[str]:
    """What the present role could do and must not, such as "DELETE on patients_symptomlog"."""
    with connection.cursor() as cursor:
        cursor.execute(WIDER, _in_columns(barred()))
        return [f"{right} on {table}" for table, right in cursor.fetchall()]


def refuse_a_wide_role() -> None:
    """In production no process starts with a role that could change what is final. Raises SystemExit."""
    try:
        wide = too_wide() if settings.PRODUCTION else []
    except DatabaseError:
        return  # a database that is away now says so on every page; the next start looks again
    if wide:
        raise SystemExit(
            f"The database role may do what it must not ({wide[0]} and {len(wide) - 1} more). "
            "As the owner of the tables run: manage.py migrate"
        )


def _in_columns(pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    both = list(pairs)
    return [[table for table, _ in both], [right for _, right in both]]
