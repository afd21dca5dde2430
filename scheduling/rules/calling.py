"""When to try again somebody who did not answer."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

NOON = 12
MOST_DAYS = 366


@dataclass(frozen=True, slots=True)
class NextTry:
    """On which day, and in which half of it: not the one in which nobody answered."""

    day: date
    in_the_afternoon: bool


def next_try(last: datetime, *, workdays: Collection[int], closed: Collection[date]) -> NextTry:
    """After a call at this time (the clinic's clock); Monday is 0. Tomorrow, where nobody ever works."""
    days = (last.date() + timedelta(days=ahead) for ahead in range(1, MOST_DAYS))
    open_days = (day for day in days if day.weekday() in workdays and day not in closed)
    tomorrow = last.date() + timedelta(days=1)
    return NextTry(next(open_days, tomorrow), in_the_afternoon=last.hour < NOON)
