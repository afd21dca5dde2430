"""How often a log is asked for: each day early in a step, each week when the course is stable.

Pure, on plain days. A weekly log is asked for earlier where fewer entries would leave the rules
blind: they need some in every two weeks, and a step would end in "too few logs to say". One more is
asked for than they need, so that a day that is missed does no harm.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

LOOK_BACK_DAYS = 14
SPARE = 1


@dataclass(frozen=True)
class Cadence:
    """The protocol's numbers; `entries_needed` is how many the rules need in 14 days."""

    daily_until_day: int
    weekly_log_days: int
    entries_needed: int


@dataclass(frozen=True)
class Course:
    """What decides when the next log is asked for: since when there is somebody to ask, when the
    running steps began, whether the last look at them was settled, and the days logged lately."""

    since: date
    steps: Collection[date]
    is_settled: bool
    logged: Collection[date]

    @property
    def last(self) -> date | None:
        return max(self.logged, default=None)


def asked_on(course: Course, cadence: Cadence) -> date:
    """The first day after the last log on which one is asked for; it may have passed."""
    if course.last is None:
        return course.since
    tomorrow = course.last + timedelta(days=1)
    to_come = (tomorrow + timedelta(days=more) for more in range(cadence.weekly_log_days - 1))
    early = (day for day in to_come if _asks_daily(course, cadence, day))
    return next(early, course.last + timedelta(days=cadence.weekly_log_days))


def _asks_daily(course: Course, cadence: Cadence, day: date) -> bool:
    is_early = any((day - began).days < cadence.daily_until_day for began in course.steps)
    return is_early or not course.is_settled or _too_few(course, cadence, day)


def _too_few(course: Course, cadence: Cadence, day: date) -> bool:
    """Whether the rules would see too few entries on that day, or just enough, without one more."""
    first = day - timedelta(days=LOOK_BACK_DAYS - 1)
    kept = sum(first <= logged < day for logged in course.logged)
    return kept < cadence.entries_needed + SPARE
