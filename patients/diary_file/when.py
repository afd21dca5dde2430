"""Which day a report is about, and at which moment it was made."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from functools import cached_property

from patients.diary_file.days import NOON, Moment
from patients.diary_file.problems import BadValue

# More than any file has lines: so a microsecond a line stays within a second.
LAST_LINE = 900_000


@dataclass(frozen=True)
class Clocks:
    """Whose days these are. Instants without a zone were said in `typed_in`, days are those of `zone`."""

    born: date
    zone: tzinfo
    typed_in: tzinfo
    now: datetime
    newest_first: bool

    @cached_property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()


@dataclass(frozen=True)
class When:
    """The patient's own day, and the instant that orders the day's reports."""

    day: date
    instant: datetime
    is_late: bool = False
    day_from_instant: bool = False


def when(
    told: Moment | None, clock: time | None, typed: Moment | None, line: int, clocks: Clocks
) -> When:
    """Of the day that a row is about, the time of day beside it, and when it was typed. Raises
    BadValue where there is no day, or one that cannot be."""
    if typed is not None and typed.clock is not None:
        return _typed(told, typed, clocks)
    day = told or typed
    if day is None:
        raise BadValue("The line has no day.")
    at = clock or day.clock
    found = _timed(Moment(day.day, at, day.zone), clocks) if at else _untimed(day.day, line, clocks)
    _check_day(found.day, clocks)
    return replace(found, is_late=_is_late(found.day, typed.day)) if typed else found


def _is_late(day: date, typed_on: date) -> bool:
    if typed_on < day:
        raise BadValue(f"It is about {day} but was typed on {typed_on}, before that day.")
    return typed_on > day


def _untimed(day: date, line: int, clocks: Clocks) -> When:
    """Local noon, where nobody noted the time; a microsecond a line keeps the order of the file,
    because the last report of a day is the day's."""
    behind = LAST_LINE - line if clocks.newest_first else line
    return When(day, datetime.combine(day, NOON, clocks.zone) + timedelta(microseconds=behind))


def _timed(moment: Moment, clocks: Clocks) -> When:
    instant = moment.instant(clocks.typed_in)
    _check_instant(moment, instant, clocks)
    return When(instant.astimezone(clocks.zone).date(), instant)


def _typed(told: Moment | None, typed: Moment, clocks: Clocks) -> When:
    instant = typed.instant(clocks.typed_in)
    _check_instant(typed, instant, clocks)
    typed_on = instant.astimezone(clocks.zone).date()
    if told is None:
        return When(typed_on, instant, day_from_instant=True)
    _check_day(told.day, clocks)
    return When(told.day, instant, is_late=_is_late(told.day, typed_on))


def _check_instant(moment: Moment, instant: datetime, clocks: Clocks) -> None:
    if moment.day < clocks.born:
        raise BadValue(f"It was typed at “{_shown(moment)}”, before the patient was born.")
    if instant > clocks.now:
        raise BadValue(f"It was typed at “{_shown(moment)}”, which is in the future.")


def _shown(moment: Moment) -> str:
    return datetime.combine(moment.day, moment.clock or time(), moment.zone).isoformat(" ")


def _check_day(day: date, clocks: Clocks) -> None:
    if day > clocks.today:
        raise BadValue(f"{day} is in the future.")
    if day < clocks.born:
        raise BadValue(f"{day} is before the patient was born.")
