"""Search parameters: what somebody typed becomes a condition on rows."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Q
from django.utils.dateparse import parse_datetime

NOTHING = Q(pk__in=[])
DAY = timedelta(days=1)
PREFIXED = re.compile(r"(eq|ge|gt|le|lt)?([0-9]{4}.*)")
MOST_DIGITS = 18


class BadValue(Exception):
    """Not a value that this parameter takes."""


@dataclass(frozen=True)
class Param:
    """`kind` as FHIR names it; `ask` raises BadValue."""

    kind: str
    ask: Callable[[str], Q]


@dataclass(frozen=True)
class Span:
    """`ge2026-03`: the comparison, and from when until when what was typed lasts."""

    how: str
    first: datetime
    end: datetime


def span(value: str) -> Span:
    """A year, a month, a day (in UTC) or a moment. Raises BadValue."""
    found = PREFIXED.fullmatch(value)
    if found is None:
        raise BadValue(value)
    return Span(found[1] or "eq", *_lasting(found[2]))


def _lasting(typed: str) -> tuple[datetime, datetime]:
    try:
        if re.fullmatch(r"[0-9]{4}", typed):
            return _midnight(date(int(typed), 1, 1)), _midnight(date(int(typed) + 1, 1, 1))
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}", typed):
            first = date.fromisoformat(f"{typed}-01")
            return _midnight(first), _midnight((first + 31 * DAY).replace(day=1))
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", typed):
            first = date.fromisoformat(typed)
            return _midnight(first), _midnight(first + DAY)
        return _moment(typed)
    except (ValueError, OverflowError) as error:
        raise BadValue(typed) from error


def _moment(typed: str) -> tuple[datetime, datetime]:
    """To its second, or its fraction: a plus that came as a blank is one."""
    at = parse_datetime(typed.replace(" ", "+"))
    if at is None:
        raise BadValue(typed)
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return at, at + timedelta(microseconds=1 if at.microsecond else 1_000_000)


def _midnight(of: date) -> datetime:
    return datetime.combine(of, time(), UTC)


def compared(path: str, asked: Span, first: object, end: object) -> Q:
    return {
        "eq": Q(**{f"{path}__gte": first, f"{path}__lt": end}),
        "ge": Q(**{f"{path}__gte": first}),
        "gt": Q(**{f"{path}__gte": end}),
        "le": Q(**{f"{path}__lt": end}),
        "lt": Q(**{f"{path}__lt": first}),
    }[asked.how]


def on(path: str) -> Param:
    """A calendar day."""

    def ask(value: str) -> Q:
        asked = span(value)
        last = asked.end - timedelta(microseconds=1)
        return compared(path, asked, asked.first.date(), last.date() + DAY)

    return Param("date", ask)


def at(path: str) -> Param:
    """A moment."""

    def ask(value: str) -> Q:
        asked = span(value)
        return compared(path, asked, asked.first, asked.end)

    return Param("date", ask)


def any_of(value: str) -> list[str]:
    """`a,b` is a or b; `system|code` is asked by its code."""
    codes = [each.rsplit("|", 1)[-1].strip() for each in value.split(",")]
    return [code for code in codes if code]


def token(*paths: str) -> Param:
    def ask(value: str) -> Q:
        wanted, found = any_of(value), NOTHING
        for path in paths:
            found |= Q(**{f"{path}__in": wanted})
        return found

    return Param("token", ask)


def always(*codes: str) -> Param:
    """All rows of a table have this code."""
    return Param("token", lambda value: Q() if set(any_of(value)) & set(codes) else NOTHING)


def mapped(path: str, words: dict[str, str]) -> Param:
    """FHIR's word for a value of ours."""

    def ask(value: str) -> Q:
        wanted = any_of(value)
        return Q(**{f"{path}__in": [ours for ours, theirs in words.items() if theirs in wanted]})

    return Param("token", ask)


def beginning(path: str) -> Param:
    """Words of a name, each with its beginning."""

    def ask(value: str) -> Q:
        found = Q()
        for word in value.split():
            found &= Q(**{f"{path}__istartswith": word}) | Q(**{f"{path}__icontains": f" {word}"})
        return found if value.strip() else NOTHING

    return Param("string", ask)


def ending_in(path: str) -> Param:
    """An address of ours, whose last part is the key."""
    return Param("uri", lambda value: Q(**{path: value.rpartition("/")[2]}))


def patient_key(value: str) -> int:
    """`12`, `Patient/12`, or its address. Raises BadValue."""
    key = value.rsplit("/", 1)[-1]
    named = value == key or value.rsplit("/", 2)[-2] == "Patient"
    if not named or not re.fullmatch(rf"[0-9]{{1,{MOST_DIGITS}}}", key):
        raise BadValue(value)
    return int(key)
