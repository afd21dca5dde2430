"""The same day and time each week: which of them can be had, and what is near where one cannot."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from scheduling.rules.hours import Slot, instant

WEEK = timedelta(days=7)
NEAR = timedelta(days=3)
ALTERNATIVES = 3


class Conflict(StrEnum):
    NO_HOURS = "no_hours"
    TAKEN = "taken"


@dataclass(frozen=True, slots=True)
class Session:
    """One of a series as it was wished for: the time that can be had, or why none and what is near."""

    number: int
    starts: datetime
    slot: Slot | None
    conflict: Conflict | None = None
    near: tuple[Slot, ...] = ()


def days_of(first: date, times: int, every: int) -> list[date]:
    """`every` weeks apart."""
    return [first + number * every * WEEK for number in range(times)]


def series(
    first: Slot,
    days: Iterable[date],
    *,
    offered: Collection[Slot],
    free: Collection[Slot],
    zone: ZoneInfo,
) -> list[Session]:
    """The wall time of `first` on each of the days, with the same clinician; what is near is with the same
    clinician too, and is not proposed for two of them."""
    at = first.starts.astimezone(zone).time()
    by_start = {slot.starts: slot for slot in free if slot.clinician == first.clinician}
    there = {slot.starts for slot in offered if slot.clinician == first.clinician}
    wished = [instant(day, at, zone) for day in days]
    left = [slot for slot in by_start.values() if slot.starts not in wished]

    def session(number: int, starts: datetime) -> Session:
        if starts in by_start:
            return Session(number, starts, by_start[starts])
        conflict = Conflict.TAKEN if starts in there else Conflict.NO_HOURS
        return Session(number, starts, None, conflict, _near(starts, left, zone))

    return [session(number, starts) for number, starts in enumerate(wished, start=1)]


def _near(starts: datetime, left: Iterable[Slot], zone: ZoneInfo) -> tuple[Slot, ...]:
    """The same day before the next, then the same time of day."""
    wished = starts.astimezone(zone)

    def far(slot: Slot) -> tuple[int, timedelta]:
        there = slot.starts.astimezone(zone)
        at_that_time = there.replace(year=wished.year, month=wished.month, day=wished.day)
        return abs((there.date() - wished.date()).days), abs(at_that_time - wished)

    near = sorted((slot for slot in left if abs(slot.starts - starts) <= NEAR), key=far)
    return tuple(sorted(near[:ALTERNATIVES]))
