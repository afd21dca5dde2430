"""Which days are possible at all: one place for forms, tables, addresses and what is imported.

A day far outside any lifetime (year 1, 9999) is a typing error, and what is calculated from it
breaks a page, or the review. A table can only say what is true on every day; a form says more: not
before birth, not after today, not after next year.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.db.models import CheckConstraint, Q

SUFFIX = "in_bounds"
# The latest year that a table accepts; a form stops much earlier.
LATEST = date(2199, 12, 31)


@dataclass(frozen=True)
class Window:
    """From `first` on; until today, or until the end of the year so many years from now."""

    first: date
    years_ahead: int | None

    def last(self, today: date) -> date:
        """The last possible day, seen from today."""
        return today if self.years_ahead is None else date(today.year + self.years_ahead, 12, 31)

    def keeps(self, day: date) -> bool:
        """Whether a table would accept it."""
        return self.first <= day <= LATEST


HAPPENED = Window(date(1900, 1, 1), None)
PLANNED = Window(date(2000, 1, 1), 1)
# Begun long ago, or about to begin.
EITHER = Window(date(1900, 1, 1), 1)


def days(table: str, window: Window, *fields: str) -> list[CheckConstraint]:
    """A constraint for each of these calendar days; an empty one passes."""
    return [_between(table, field, window.first, LATEST) for field in fields]


def instants(table: str, window: Window, *fields: str) -> list[CheckConstraint]:
    """The same for points in time."""
    first, last = _instant(window.first), _instant(LATEST)
    return [_between(table, field, first, last) for field in fields]


def period(table: str, window: Window, field: str) -> CheckConstraint:
    """The same for both ends of a range of time."""
    first, last = _instant(window.first), _instant(LATEST)
    return CheckConstraint(
        condition=Q(**{f"{field}__startswith__gte": first, f"{field}__endswith__lte": last}),
        name=f"{table}_{field}_{SUFFIX}",
    )


def _between(table: str, field: str, first: date, last: date) -> CheckConstraint:
    condition = Q(**{f"{field}__range": (first, last)})
    return CheckConstraint(condition=condition, name=f"{table}_{field}_{SUFFIX}")


def _instant(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
