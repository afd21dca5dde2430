"""What has to be true of the machine before the product starts on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model

from spinecare.data_classes import class_of_table, tables
from spinecare.retention import kept

OLDEST_POSTGRES = 15
STRANGERS_NAMED = 3


@register(Tags.database)
def postgres_is_new_enough(
    databases: Sequence[str] | None = None, **_kwargs: Any
) -> list[CheckMessage]:
    """Asked by `migrate`, before anything is changed."""
    versions = (_major(name) for name in databases or ())
    return [
        Error(
            f"PostgreSQL {version} is too old: Spinecare needs {OLDEST_POSTGRES} or later.",
            hint="Point DATABASE_URL at a newer server.",
            id="spinecare.E001",
        )
        for version in versions
        if version < OLDEST_POSTGRES
    ]


@register(Tags.database)
def database_is_ours(databases: Sequence[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """A DATABASE_URL may be left over from another project: its tables are not to get ours beside them."""
    found = {name: _strangers(name) for name in databases or ()}
    return [
        Error(
            f"The database holds tables that are not Spinecare's: {', '.join(tables)}.",
            hint="Name an empty one in DATABASE_URL, or unset it to get a private one.",
            id="spinecare.E002",
        )
        for tables in found.values()
        if tables
    ]


def _strangers(name: str) -> list[str]:
    """The first few such tables; none where Spinecare has been before."""
    ask = connections[name].introspection
    tables = set(ask.table_names()) - set(ask.django_table_names()) - {"django_migrations"}
    recorded = MigrationRecorder(connections[name]).applied_migrations()
    if any(app == "pathway" for app, _ in recorded):
        return []
    return sorted(tables)[:STRANGERS_NAMED]


def _major(name: str) -> int:
    with connections[name].cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        return int(cursor.fetchone()[0]) // 10_000


@register(Tags.models)
def tables_have_class_and_period(**_kwargs: Any) -> list[CheckMessage]:
    """Nobody's data are kept before somebody has thought about how they are handled, and for how long."""
    return [
        Error(
            f"{model._meta.label} has no class of data or no period.",
            hint="Give it both: spinecare/data_classes.py, spinecare/retention.toml.",
            id="spinecare.E003",
        )
        for model in tables()
        if not _is_decided(model)
    ]


def _is_decided(model: type[Model]) -> bool:
    try:
        return bool(class_of_table(model) and kept(model))
    except KeyError:
        return False
