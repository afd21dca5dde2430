"""Statements that Django composes once a process and asks again with other values.

To compose the few rows that every request needs costs several times what PostgreSQL takes to answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators

Row = TypeVar("Row", bound=Model)

# What stands for the values while the statement is composed: no query of ours asks for these.
SAMPLES: dict[type, Callable[[int], Any]] = {
    int: lambda n: 7_205_759_403_792_000 + n,
    str: lambda n: f"a value that nobody gives {n}",
    date: lambda n: date(1583, 1, n + 1),
    datetime: lambda n: datetime(1583, 1, n + 1, tzinfo=UTC),
    UUID: lambda n: UUID(int=2**127 + n),
}


@dataclass(frozen=True)
class _Statement:
    sql: str
    values: tuple[Any, ...]
    places: dict[int, int]  # of a value in `values`, and which of the given it is
    compiler: Any


class Composed(Generic[Row]):
    """`compose` makes the query for values of these kinds; calling asks it and gives the rows.

    The query may depend on nothing else: no clock, no language or time zone, nobody who is signed in; and
    on no value in another way than by asking for it.
    """

    def __init__(
        self, compose: Callable[..., QuerySet[Row]], *kinds: type, all_asked: bool = True
    ) -> None:
        """With `all_asked`, a value that the query does not ask for is an error (TypeError)."""
        self._compose, self._kinds, self._all_asked = compose, kinds, all_asked

    def __call__(self, *given: Any) -> list[Row]:
        """Instances as the query gives them, with their `select_related` and annotations."""
        return [self._instance(row) for row in self.rows(*given)]

    def rows(self, *given: Any) -> Iterator[tuple[Any, ...]]:
        """Tuples in the order of the columns, for a query of `values_list`."""
        statement = self._statement
        values = list(statement.values)
        for place, which in statement.places.items():
            values[place] = (
                type(values[place])(given[which]) if _is_number(values[place]) else given[which]
            )
        with connection.cursor() as cursor:
            cursor.execute(statement.sql, values)
            found = cursor.fetchall()
        converters = self._converters
        return iter(statement.compiler.apply_converters(found, converters) if converters else found)

    @cached_property
    def _statement(self) -> _Statement:
        samples = [SAMPLES[kind](n) for n, kind in enumerate(self._kinds)]
        compiler: Any = self._compose(*samples).query.get_compiler(connection=connection)
        sql, values = compiler.as_sql()
        places = {
            place: samples.index(value) for place, value in enumerate(values) if value in samples
        }
        if self._all_asked and {*places.values()} != {*range(len(samples))}:
            raise TypeError(f"Not every value is asked for in: {sql}")
        return _Statement(sql, tuple(values), places, compiler)

    @cached_property
    def _converters(self) -> dict[int, Any]:
        compiler = self._statement.compiler
        found: dict[int, Any] = compiler.get_converters(
            [expression for expression, *_sql in compiler.select]
        )
        return found

    @cached_property
    def _parts(self) -> tuple[Any, list[str], slice, list[Any], dict[str, int]]:
        """The model, its columns, where they stand, what fills its relations, and the annotations."""
        compiler = self._statement.compiler
        places = compiler.klass_info["select_fields"]
        own = slice(places[0], places[-1] + 1)
        names = [expression.target.attname for expression, *_sql in compiler.select[own]]
        related = get_related_populators(  # type: ignore[call-arg]
            compiler.klass_info, compiler.select, "default"
        )
        return compiler.klass_info["model"], names, own, related, compiler.annotation_col_map

    def _instance(self, row: Any) -> Row:
        model, names, own, related, annotations = self._parts
        instance: Row = model.from_db("default", names, row[own])
        for populator in related:
            populator.populate(row, instance)
        for name, place in annotations.items():
            setattr(instance, name, row[place])
        return instance


def composed(*kinds: type) -> Callable[[Callable[..., QuerySet[Row]]], Composed[Row]]:
    """The decorator: `@composed(int) def open_of(patient): return Episode.objects.filter(…)`."""

    def of(compose: Callable[..., QuerySet[Row]]) -> Composed[Row]:
        return Composed(compose, *kinds)

    return of


def _is_number(value: Any) -> bool:
    """psycopg's integers know how long they are in the database."""
    return isinstance(value, int)
