"""Stored words and JSON that code reads by its own lists: the table takes nothing else."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import CheckConstraint, F, Func, Q, TextField, Value
from django.db.models.lookups import Exact


def one_of(
    table: str, field: str, words: Iterable[str | int] | str, *, blank: bool = False
) -> CheckConstraint:
    """Only a word of the field's list (a text is split), or none where the field may stay empty;
    NULL passes."""
    listed = words.split() if isinstance(words, str) else words
    known = [*([""] if blank else []), *listed]
    return CheckConstraint(condition=Q(**{f"{field}__in": known}), name=f"{table}_{field}_known")


def json_object(table: str, *fields: str) -> list[CheckConstraint]:
    """Each of these is an object: code asks it for keys. NULL passes."""
    return [_shaped(table, field, "object") for field in fields]


def json_list(table: str, *fields: str) -> list[CheckConstraint]:
    return [_shaped(table, field, "array") for field in fields]


def _shaped(table: str, field: str, kind: str) -> CheckConstraint:
    found = Func(F(field), function="jsonb_typeof", output_field=TextField())
    return CheckConstraint(condition=Exact(found, Value(kind)), name=f"{table}_{field}_shaped")
