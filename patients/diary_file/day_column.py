"""A column of days decides together how its cells are meant."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from patients.diary_file.days import DAY_FIRST, MONTH_FIRST, ORDERS, YEAR_FIRST, Moment, ways

LINES_SHOWN = 3
MIDNIGHT = time()


@dataclass(frozen=True)
class Horizon:
    """No report is about a day before birth or after today: what reads so is read otherwise."""

    born: date = date.min
    today: date = date.max

    def __contains__(self, day: date) -> bool:
        return self.born <= day <= self.today


@dataclass
class DayColumn:
    """What a column of days turned out to be.

    `orders` are those in which it can be meant: one where its cells decide, several where somebody
    has to be asked, none where every day can be read in one way only. `lines` are some of its cells in
    doubt, each with its reading in each order. `several` days come twice without a time of their own;
    then `newest_first` says in which direction the days run, None where in both.
    """

    orders: list[str] = field(default_factory=list)
    lines: list[list[str]] = field(default_factory=list)
    timed: bool = False
    several: bool = False
    newest_first: bool | None = None

    @classmethod
    def from_json(cls, saved: dict[str, Any]) -> DayColumn:
        return cls(**saved)

    def to_json(self) -> dict[str, Any]:
        return vars(self)

    @property
    def asks(self) -> bool:
        return len(self.orders) > 1

    @property
    def order(self) -> str:
        """The one in which it is read; empty where that is to be asked, or does not matter."""
        return self.orders[0] if len(self.orders) == 1 else ""


class DayWatch:
    """Sees each cell of a column once and says in the end what the column is."""

    def __init__(self, horizon: Horizon) -> None:
        self.horizon = horizon
        self.filled = self.read = self.in_doubt = 0
        self.fits: Counter[str] = Counter()
        self.only: Counter[str] = Counter()
        self.lines: list[list[str]] = []
        self.timed = self.whole = False
        self.courses = {order: _Course() for order in ORDERS}

    def see(self, cell: str) -> None:
        if not cell:
            return
        self.filled += 1
        found = ways(cell, self.horizon.today)
        if found:
            self.read += 1
            self._note(cell, found)

    def _note(self, cell: str, found: dict[str, Moment]) -> None:
        one = next(iter(found.values()))
        self.timed |= one.clock not in {None, MIDNIGHT}
        self.whole |= one.clock is None
        is_sure = len(found) == len(ORDERS) and all(moment is one for moment in found.values())
        for order, course in self.courses.items():
            course.go_on(one.day if is_sure else found.get(order, one).day)
        if not is_sure:
            self._weigh({o: m for o, m in found.items() if m.day in self.horizon})
            if len(set(found.values())) > 1 and len(self.lines) < LINES_SHOWN:
                self.lines.append([cell, *(_shown(found, order) for order in ORDERS)])

    def _weigh(self, possible: dict[str, Moment]) -> None:
        if not possible:
            return
        self.in_doubt += 1
        self.fits.update([*possible])
        of_two = [order for order in (DAY_FIRST, MONTH_FIRST) if order in possible]
        if len(of_two) == 1:
            self.only.update(of_two)

    @property
    def looks_right(self) -> bool:
        """At least half of what is filled is a day."""
        return 0 < self.filled <= 2 * self.read

    def column(self) -> DayColumn:
        orders = self._orders()
        course = self.courses[orders[0] if orders else DAY_FIRST]
        return DayColumn(
            orders=orders,
            lines=self.lines if len(orders) > 1 else [],
            timed=self.timed,
            several=course.several and not (self.timed and not self.whole),
            newest_first=course.newest_first,
        )

    def _orders(self) -> list[str]:
        if not self.in_doubt:
            return []
        fitting = [order for order in (DAY_FIRST, MONTH_FIRST) if self.fits[order] == self.in_doubt]
        if self.fits[YEAR_FIRST] == self.in_doubt and (not fitting or len(fitting) == 2):
            fitting.append(YEAR_FIRST)
        if not fitting:
            fitting = [order for order in (DAY_FIRST, MONTH_FIRST) if self.only[order]]
        return fitting if self.lines or len(fitting) == 1 else fitting[:1]


def _shown(possible: dict[str, Moment], order: str) -> str:
    return possible[order].day.isoformat() if order in possible else ""


class _Course:
    """In which direction days run, and whether one comes twice."""

    def __init__(self) -> None:
        self.seen: set[date] = set()
        self.before: date | None = None
        self.rises = self.falls = self.several = False

    def go_on(self, day: date) -> None:
        self.several |= day in self.seen
        self.seen.add(day)
        if self.before is not None:
            self.rises |= day > self.before
            self.falls |= day < self.before
        self.before = day

    @property
    def newest_first(self) -> bool | None:
        return None if self.rises and self.falls else self.falls
