"""Small charts under the large one, all over the same days: regions of the body, daily life, and the
strip that shows which step ran when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from patients.record.charts import GRID, TOP, Days, TrendChart, WeekRow, trend

Period = tuple[date, date]


@dataclass(frozen=True)
class SmallChart:
    """One measure, small. `chart` is laid out on 0 to 10; `top` is the measure's own highest score."""

    chart: TrendChart
    line: str
    top: int = TOP

    @property
    def ticks(self) -> list[tuple[str, int]]:
        """How far from the top, and the score that stands there."""
        return [("0%", self.top), ("50%", self.top // 2), ("100%", 0)]


@dataclass(frozen=True)
class StripBar:
    """One step in the strip: from `at` over `width` percent, in a lane of its own where steps overlap."""

    at: str
    width: str
    lane: int
    level: int
    words: str
    first: date
    last: date | None

    @property
    def top(self) -> str:
        """Below the dates, in the text's own units."""
        return f"{2.2 + 1.5 * self.lane:.1f}em"

    @property
    def baseline(self) -> str:
        return f"{2.2 + 1.5 * self.lane + 0.95:.2f}em"


@dataclass(frozen=True)
class Strip:
    """The steps of a period; `lanes` is how many run side by side at most."""

    bars: tuple[StripBar, ...]
    lanes: int


@dataclass(frozen=True)
class StripRun:
    """A step from its first day to its last; None while it runs."""

    level: int
    words: str
    first: date
    last: date | None


@dataclass(frozen=True)
class WeekLine:
    """One calendar week of the table: the average of each measure, None where there is none."""

    monday: date
    averages: tuple[float | None, ...]


def daily(name: str, days: Days, *, period: Period) -> SmallChart:
    """Asked each day: points, and the line of seven days."""
    chart = trend(name, days, period=period)
    return SmallChart(chart, chart.line)


def now_and_then(name: str, days: Days, *, period: Period, top: int, every: int) -> SmallChart:
    """Answered every so many days: a line leads from one answer to the next, not over one left out."""
    scaled = {day: TOP * score / top for day, score in days.items()}
    chart = trend(name, scaled, period=period)
    chart = replace(chart, weeks=tuple(map(_of_one_answer, chart.weeks)))
    return SmallChart(chart, _joined(scaled, period, 2 * every), top)


def _of_one_answer(week: WeekRow) -> WeekRow:
    """Asked so seldom, one answer stands for its week."""
    given = [score for score in week.scores if score is not None]
    return replace(week, average=sum(given) / len(given) if given else None)


def _joined(days: Days, period: Period, most: int) -> str:
    inside = sorted(day for day in days if period[0] <= day <= period[1])
    return "".join(
        f"M{_point(one, days, period)}L{_point(other, days, period)}"
        for one, other in pairwise(inside)
        if (other - one).days < most
    )


def _point(day: date, days: Days, period: Period) -> str:
    return f"{(day - period[0]).days} {round(GRID * (1 - days[day] / TOP))}"


def week_lines(panels: Sequence[SmallChart]) -> list[WeekLine]:
    """The panels' weeks side by side, the newest first; weeks without anything are left out."""
    rows = zip(*(panel.chart.weeks for panel in panels), strict=True)
    lines = [
        WeekLine(row[0].monday, tuple(map(_own_scale, panels, (week.average for week in row))))
        for row in rows
    ]
    return [line for line in lines if any(one is not None for one in line.averages)]


def _own_scale(panel: SmallChart, average: float | None) -> float | None:
    return None if average is None else average * panel.top / TOP


def strip(runs: Iterable[StripRun], *, period: Period) -> Strip:
    """The steps within the period; the day on which one ended belongs to the next."""
    ends: list[date] = []
    bars = []
    for run in sorted(runs, key=lambda run: (run.first, run.level)):
        last = period[1] if run.last is None else max(run.last - timedelta(days=1), run.first)
        if last >= period[0] and run.first <= period[1]:
            bars.append(_bar(run, last, _lane(ends, run.first, last), period))
    return Strip(tuple(bars), len(ends))


def _lane(ends: list[date], first: date, last: date) -> int:
    """The first lane that is free by then; `ends` says until when each is taken."""
    lane = next((number for number, end in enumerate(ends) if end < first), len(ends))
    ends[lane : lane + 1] = [last]
    return lane


def _bar(run: StripRun, last: date, lane: int, period: Period) -> StripBar:
    first, end = period
    days = max((end - first).days, 1)
    start = (max(run.first, first) - first).days / days
    width = (min(last, end) - max(run.first, first)).days / days
    return StripBar(
        _percent(start), _percent(width), lane, run.level, run.words, run.first, run.last
    )


def _percent(share: float) -> str:
    return f"{share * 100:.4g}%"


def falls_in(days: Days, period: Period) -> bool:
    """Whether any score lies within the period."""
    return any(period[0] <= day <= period[1] for day in days)
