"""Many kinds of rows of one record in a single query, as model instances.

Each kind is an array of JSON in the same SELECT, so a page reads as many kinds as it likes at the
cost of one round trip, however long the record is.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import F, Model, QuerySet
from django.db.models.functions import JSONObject

from accounts.composed import Composed

ROW = "row_as_json"


@dataclass(frozen=True)
class RowKind:
    """Rows to gather, in their order; `joined` are fields of their relations, one step away."""

    rows: QuerySet[Any]
    joined: tuple[str, ...] = ()

    def subquery(self) -> ArraySubquery:
        own = {field.attname: F(field.attname) for field in self.rows.model._meta.concrete_fields}
        row = JSONObject(**own, **{path: F(path) for path in self.joined})
        return ArraySubquery(self.rows.annotate(**{ROW: row}).values(ROW))

    def revive(self, row: dict[str, Any]) -> Model:
        model = self.rows.model
        instance: Model = _of(
            model, {f.attname: row[f.attname] for f in model._meta.concrete_fields}
        )
        related: defaultdict[str, dict[str, Any]] = defaultdict(dict)
        for path in self.joined:
            name, attribute = path.split("__", 1)
            related[name][attribute] = row[path]
        for name, values in related.items():
            _join(instance, name, values)
        return instance


def gather(one: QuerySet[Any], **kinds: RowKind) -> dict[str, list[Any]]:
    """`one` is a query of the single row that the kinds belong to."""
    columns = {f"its_{name}": kind.subquery() for name, kind in kinds.items()}
    found = one.values(**columns).get()
    return {
        name: [kind.revive(row) for row in found[f"its_{name}"]] for name, kind in kinds.items()
    }


class Gathering:
    """The same, composed once a process: `kinds` gives them for values of these kinds, the first of which is
    the key of the row of `model` that they belong to (accounts.composed says what they may depend on)."""

    def __init__(
        self, model: type[Model], kinds: Callable[..., dict[str, RowKind]], *of: type
    ) -> None:
        self.model, self._kinds = model, kinds
        self._named: dict[str, RowKind] = {}
        self._rows: Composed[Any] = Composed(self._compose, *of, all_asked=False)

    def of(self, *given: Any) -> dict[str, list[Any]]:
        [columns] = self._rows.rows(*given)
        return {
            name: [kind.revive(json.loads(row) if isinstance(row, str) else row) for row in rows]
            for (name, kind), rows in zip(self._named.items(), columns, strict=True)
        }

    def _compose(self, pk: int, *values: Any) -> QuerySet[Any]:
        self._named = self._kinds(pk, *values)
        columns = [kind.subquery() for kind in self._named.values()]
        return self.model._default_manager.filter(pk=pk).values_list(*columns)


class BulkRead:
    """The same kinds for whichever row of `model` is asked for; they call it `OuterRef("pk")`.

    The statement is composed once a process: Django takes twenty times as long to compose one of
    a dozen kinds as PostgreSQL to answer it.
    """

    def __init__(self, model: type[Model], **kinds: RowKind) -> None:
        self.model, self.kinds = model, kinds

    def of(self, pk: int) -> dict[str, list[Any]]:
        statement, values = self._composed
        with connection.cursor() as cursor:
            cursor.execute(statement, [*values, pk])
            [columns] = cursor.fetchall()
        return {
            name: [kind.revive(json.loads(row)) for row in rows]
            for (name, kind), rows in zip(self.kinds.items(), columns, strict=True)
        }

    @cached_property
    def _composed(self) -> tuple[str, list[Any]]:
        """The key of the row is the last value, which `of` fills in."""
        columns = {f"its_{name}": kind.subquery() for name, kind in self.kinds.items()}
        one = self.model._default_manager.filter(pk=0).values(**columns)
        statement, values = one.query.sql_with_params()
        return statement, list(values[:-1])


def _of(model: Any, values: dict[str, Any]) -> Any:
    """As it would have come from its own query: saving it would change a row, not add one."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    names = [name for name in fields if name in values]
    return model.from_db("default", names, [fields[name].to_python(values[name]) for name in names])


def _join(instance: Any, name: str, values: dict[str, Any]) -> None:
    field = instance._meta.get_field(name)
    key = getattr(instance, field.attname)
    if key is not None:
        setattr(instance, name, _of(field.related_model, {"id": key, **values}))
