"""One page of resources: what was asked, where the last page ended, and what follows.

Pages go by table and key, never by count: what is written meanwhile moves nothing, is not given twice, and
leaves nothing out. All pages of a search carry the moment of its first one (`meta.lastUpdated`), so that
asking for what has changed since then brings what came while they were read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from exchange.params import NOTHING, BadValue, any_of, patient_key, span
from exchange.sources import Kind, Source, Viewer

USUAL, MOST = 50, 200
# What a transaction has written is stamped with its beginning and seen at its end: none lasts longer.
LONGEST_WRITE = timedelta(seconds=120)
CURSOR = re.compile(r"([0-9]{1,3})-([0-9]{1,18})-([0-9]{1,10})")
# Read by the page itself, or about how it is told: fhirpy counts with _totalMethod.
OF_THE_PAGE = {"_count", "_page", "_total", "_totalMethod", "_summary", "_format", "_pretty"}


class BadSearch(Exception):
    """A parameter that nobody knows, or a value that it does not take."""


@dataclass(frozen=True)
class Cursor:
    """The table and the key behind which a page begins, and the second of the first page (UTC)."""

    place: int
    key: int
    began: int

    def __str__(self) -> str:
        return f"{self.place}-{self.key}-{self.began}"

    @property
    def moment(self) -> datetime:
        return datetime.fromtimestamp(self.began, UTC)


@dataclass(frozen=True)
class Asked:
    """What a search asks of each table; `patient` is the one that it names."""

    conditions: tuple[tuple[str, str], ...] = ()
    patient: int | None = None
    since: datetime | None = None
    count: int = USUAL
    cursor: Cursor | None = None
    wants_total: bool = False
    total_only: bool = False


@dataclass(frozen=True)
class Found:
    """Rows with the source of each; `more` says where the next page begins."""

    rows: Sequence[tuple[Source, Any]]
    began: datetime
    more: Cursor | None
    total: int | None


def asked_of(kind: Kind, given: Sequence[tuple[str, str]]) -> Asked:
    """Raises BadSearch: a filter that is ignored would give out more than was asked for."""
    asked, known = _page(given), kind.params
    for name, value in given:
        if name in OF_THE_PAGE:
            continue
        if name not in known:
            raise BadSearch(f"{kind.name} is not searched by {name!r}.")
        if known[name] == "reference":
            asked = replace(asked, patient=_patient(value, asked.patient))
        else:
            asked = replace(asked, conditions=(*asked.conditions, (name, value)))
    return asked


def asked_of_everything(given: Sequence[tuple[str, str]], patient: int) -> Asked:
    """`$everything` of a patient. Raises BadSearch."""
    asked = replace(_page(given), patient=patient)
    for name, value in given:
        if name == "_since":
            asked = replace(asked, since=_since(value))
        elif name not in OF_THE_PAGE | {"_type"}:
            raise BadSearch(f"$everything takes no {name!r}.")
    return asked


def _patient(value: str, before: int | None) -> int:
    try:
        named = patient_key(value)
    except BadValue as error:
        raise BadSearch(f"{value!r} names no patient.") from error
    return named if before in (None, named) else 0


def _since(value: str) -> datetime:
    try:
        return span(value).first
    except BadValue as error:
        raise BadSearch(f"_since takes a moment, not {value!r}.") from error


def _page(given: Sequence[tuple[str, str]]) -> Asked:
    last = dict(given)
    count = last.get("_count", str(USUAL))
    if not re.fullmatch(r"[0-9]{1,9}", count):
        raise BadSearch("_count takes a whole number.")
    only = last.get("_summary") == "count" or int(count) == 0
    if last.get("_summary", "count") not in ("count", "false"):
        raise BadSearch("_summary takes count or false.")
    return Asked(
        count=min(int(count), MOST),
        cursor=_cursor(last.get("_page", "")),
        wants_total=only or last.get("_total") == "accurate",
        total_only=only,
    )


def _cursor(value: str) -> Cursor | None:
    if not value:
        return None
    found = CURSOR.fullmatch(value)
    if found is None:
        raise BadSearch("_page is not one that this server gave out.")
    return Cursor(*(int(part) for part in found.groups()))


def find(sources: Sequence[Source], viewer: Viewer, asked: Asked) -> Found:
    """Raises BadSearch for a value that a parameter does not take."""
    if asked.cursor and asked.cursor.place >= len(sources):
        raise BadSearch("_page is not one that this search gave out.")
    began = asked.cursor.began if asked.cursor else _now()
    queries = [narrowed(source, viewer, asked) for source in sources]
    rows = [] if asked.total_only else list(_take(sources, queries, asked))
    more = None
    if len(rows) > asked.count:
        rows = rows[: asked.count]
        place, row = rows[-1]
        more = Cursor(place, row.pk, began)
    total = sum(rows.count() for rows in queries) if asked.wants_total else None
    whole = [(sources[place], row) for place, row in rows]
    return Found(whole, datetime.fromtimestamp(began, UTC), more, total)


def _now() -> int:
    """By the database's clock, which stamps what is written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        [now] = cursor.fetchone()
    return int((now - LONGEST_WRITE).timestamp())


def _take(
    sources: Sequence[Source], queries: Sequence[QuerySet[Any]], asked: Asked
) -> Iterator[tuple[int, Any]]:
    """One more than the page holds."""
    first = asked.cursor.place if asked.cursor else 0
    wanted = asked.count + 1
    for place in range(first, len(sources)):
        rows = queries[place]
        if asked.cursor and place == first:
            rows = rows.filter(pk__gt=asked.cursor.key)
        taken = list(rows.order_by("pk")[:wanted])
        yield from ((place, row) for row in taken)
        wanted -= len(taken)
        if wanted <= 0:
            return


def narrowed(source: Source, viewer: Viewer, asked: Asked) -> QuerySet[Any]:
    rows = source.rows(viewer)
    if asked.patient is not None:
        rows = rows.filter(of_patient=asked.patient)
    if asked.since is not None:
        rows = rows.filter(source.changed_from(asked.since))
    for name, value in asked.conditions:
        try:
            rows = rows.filter(_condition(source, name, value))
        except BadValue as error:
            raise BadSearch(f"{name} does not take {value!r}.") from error
    return rows


def _condition(source: Source, name: str, value: str) -> Q:
    """A table that does not know the parameter has nothing to give. Raises BadValue."""
    if name == "_id":
        keys = [source.row_key(key.strip()) for key in value.split(",")]
        return Q(pk__in=[key for key in keys if key is not None])
    if name == "_lastUpdated":
        return _changed(source, value)
    param = source.params.get(name)
    return param.ask(value) if param else NOTHING


def _changed(source: Source, value: str) -> Q:
    asked = span(value)
    from_first, from_end = (source.changed_from(each) for each in (asked.first, asked.end))
    return {
        "eq": from_first & ~from_end,
        "ge": from_first,
        "gt": from_end,
        "le": ~from_end,
        "lt": ~from_first,
    }[asked.how]


def fixed_say(kind: Kind, asked: Asked) -> Asked | None:
    """Without the conditions that are the same for all of a kind; None where one of them excludes all."""
    left = []
    for name, value in asked.conditions:
        if name not in kind.fixed:
            left.append((name, value))
        elif not set(any_of(value)) & set(kind.fixed[name]):
            return None
    return replace(asked, conditions=tuple(left))
