"""What has to be true of the machine before the product starts on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

OLDEST_POSTGRES = 15


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


def _major(name: str) -> int:
    with connections[name].cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        return int(cursor.fetchone()[0]) // 10_000
