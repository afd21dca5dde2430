"""How long rows are kept: spinecare/retention.toml, and what deletes the rows whose time is over."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pgtrigger
import structlog
from django.apps import apps
from django.db import connection, transaction
from django.db.models import Model

from spinecare.data_classes import tables

logger = structlog.get_logger(__name__)

SOURCE = Path(__file__).with_suffix(".toml")
PORTION = 10_000


@dataclass(frozen=True)
class Kept:
    """For how long a table keeps a row: `days` after the moment in its column `after`, or no such number."""

    words: str
    why: str
    days: int | None
    after: str


@cache
def _source() -> dict[str, dict[str, Any]]:
    return tomllib.loads(SOURCE.read_text())


def kept(model: type[Model]) -> Kept:
    """Raises KeyError for a table of an app that nobody has decided about."""
    source, label = _source(), model._meta.label
    rule = source["tables"].get(label) or source["apps"][model._meta.app_label]
    period = source["periods"][rule["period"]]
    return Kept(period["words"], period["why"], period.get("days"), rule.get("after", ""))


def delete_expired(*, now: datetime) -> dict[str, int]:
    """Rows deleted, by table. What this database role may not delete is left to the owner's. Idempotent.

    A table that raises an error stops no other; that is raised at the end.
    """
    deleted, broken = dict[str, int](), None
    for model, rule, days in _that_end():
        if not _may_delete(model):
            continue
        label = model._meta.label
        try:
            deleted[label] = _delete(model, now - timedelta(days=days), rule.after)
        except Exception as error:  # noqa: BLE001 - whatever stands in one table, the others go on
            kind = type(error).__name__
            logger.error("set apart", job=f"delete {label}", error=kind)  # noqa: TRY400 - raised below
            broken = error
    if broken:
        raise broken
    return deleted


def _that_end() -> Iterator[tuple[type[Model], Kept, int]]:
    """The later an app is installed, the sooner its tables: what names a row goes before it."""
    place = {model: number for number, model in enumerate(apps.get_models())}
    for model in sorted(tables(), key=lambda each: -place[each]):
        rule = kept(model)
        if rule.days is not None:
            yield model, rule, rule.days


def _may_delete(model: type[Model]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_table_privilege(current_user, %s, 'DELETE')", [model._meta.db_table]
        )
        return bool(cursor.fetchone()[0])


def _delete(model: type[Model], before: datetime, after: str) -> int:
    """In portions, so that nobody waits long for a lock."""
    rows, deleted = model._base_manager.filter(**{f"{after}__lt": before}), 0
    while portion := list(rows.values_list("pk", flat=True)[:PORTION]):
        with transaction.atomic(), _final_rows_too(model):
            model._base_manager.filter(pk__in=portion).only("pk").delete()
        deleted += len(portion)
    return deleted


def _final_rows_too(model: type[Model]) -> AbstractContextManager[None]:
    """The trigger that keeps rows from being changed lets those go whose time is over."""
    triggers = getattr(model._meta, "triggers", ())
    final = [f"{model._meta.label}:{each.name}" for each in triggers if each.name == "append_only"]
    return pgtrigger.ignore(*final) if final else nullcontext()
