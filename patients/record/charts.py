"""Trend chart and sparkline as plain values for an SVG drawn on the server.

Scores run from 0 to 10 on a fixed axis. A day or week without a score is a gap: nothing is drawn there,
and no line leads across it. Positions along an axis are percentages, so that the text keeps its size
when the picture narrows; paths are drawn on a grid of one unit per day (or week) by a hundredth of a point.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from pathway.rules.rounding import one_decimal
from patients.bounds import HAPPENED

Days = Mapping[date, float]

TOP = 10
GRID = 1000
WEEK = 7
# A 7-day average stands on at least four days, so that it speaks for most of the week.
DAYS_FOR_AVERAGE = 4
# Numbers of marks nearer than this share of the width (one digit and its ring at 320 px) go one lane up.
LANE_GAP = 7.0
LANES = 3
MOST_TICKS = 6
# Dates nearer to an end than this would run into the first or the last date.
TICK_ROOM = 12.0


@dataclass(frozen=True)
class Event:
    """Something that happened on a day: `kind` is tier, procedure or decision; `words` say what."""

    day: date
    words: str
    kind: str = "tier"


@dataclass(frozen=True)
class Window:
    """Days that a rule compares, both ends included."""

    first: date
    last: date
    words: str


@dataclass(frozen=True)
class ChartLine:
    """Another measure, drawn as a 7-day line without points; `joined`: from score to score, for a
    questionnaire that comes every few weeks."""

    name: str
    days: Days
    joined: bool = False


@dataclass(frozen=True)
class Target:
    """The score a rule asks for, and the words beside its line."""

    score: float
    words: str


@dataclass(frozen=True)
class Tick:
    """A date or a score on an axis, `at` percent along it; a minor one is left out on phones."""

    at: str
    value: date | int
    anchor: str = "middle"
    minor: bool = False


@dataclass(frozen=True)
class Mark:
    """The numbered rule of one day's events."""

    number: int
    at: str
    lane: int
    events: tuple[Event, ...]

    @property
    def kind(self) -> str:
        """The first event of the day gives the rule its look."""
        return self.events[0].kind

    @property
    def height(self) -> str:
        """How far above the plot the number stands, in the text's own units."""
        return f"-{self.lane * 1.5 + 0.6:.1f}em"


@dataclass(frozen=True)
class ChartBand:
    """A shaded window, from `at` over `width` percent."""

    at: str
    width: str
    words: str


@dataclass(frozen=True)
class Track:
    """A further line on the chart, with its place in the order of dashes and colours."""

    name: str
    path: str
    order: int
    joined: bool = False


@dataclass(frozen=True)
class Level:
    """A horizontal line at a score, `at` percent from the top."""

    at: str
    words: str


@dataclass(frozen=True)
class WeekRow:
    """One calendar week of the table: seven scores (None: not logged) and their average."""

    monday: date
    scores: tuple[float | None, ...]
    average: float | None


@dataclass(frozen=True)
class TrendChart:
    """All that `_chart.html` draws and all that `_chart_table.html` tells."""

    name: str
    first: date
    last: date
    logged: int
    span: int
    points: str
    line: str
    tracks: tuple[Track, ...]
    scores: tuple[Tick, ...]
    dates: tuple[Tick, ...]
    marks: tuple[Mark, ...]
    bands: tuple[ChartBand, ...]
    target: Level | None
    weeks: tuple[WeekRow, ...] = field(repr=False)

    @property
    def width(self) -> int:
        """Days from the first to the last; at least 1."""
        return max(self.span - 1, 1)

    @property
    def weekdays(self) -> list[date]:
        """Seven dates to name the columns of the table."""
        return [self.weeks[0].monday + timedelta(offset) for offset in range(WEEK)]

    @property
    def lanes(self) -> int:
        """Rows of numbers above the plot."""
        return max((mark.lane for mark in self.marks), default=0) + 1


@dataclass(frozen=True)
class Recent:
    """The last seven days against the seven before: averages (None: fewer than four days logged), days
    logged, and how many logs were asked for; None where nobody counts that."""

    last: float | None
    before: float | None
    logged: int
    asked: int | None = None

    @property
    def says_asked(self) -> bool:
        """Where fewer than seven were asked for, "1 of 7 days" would blame; who gave more is told that."""
        return self.asked is not None and self.logged <= self.asked < WEEK


@dataclass(frozen=True)
class Sparkline:
    """Weekly values, small: the path, the target's height and the text for screen readers."""

    path: str
    width: int
    first: str
    last: str
    target: str


def trend(
    name: str,
    days: Days,
    *,
    period: tuple[date, date],
    events: Iterable[Event] = (),
    lines: Iterable[ChartLine] = (),
    rule: tuple[Sequence[Window], Target | None] = ((), None),
) -> TrendChart:
    """Lay out the scores of `days` over `period` (both ends included).

    `rule` is for clinicians only: the windows that a rule compares and the score it asks for.
    """
    # An impossible date must not draw thousands of years, nor none.
    last = period[1]
    first = min(max(period[0], HAPPENED.first), last)
    axis = _Axis(first, last)
    seen = {day: score for day, score in days.items() if first <= day <= last}
    windows, target = rule
    return TrendChart(
        name=name,
        first=first,
        last=last,
        logged=len(seen),
        span=axis.span,
        points=_dots((axis.index(day), score) for day, score in sorted(seen.items())),
        line=_seven_day_line(axis, days),
        tracks=tuple(
            Track(line.name, _path_of(axis, line), order, line.joined)
            for order, line in enumerate(lines, start=2)
        ),
        scores=tuple(Tick(_percent(1 - score / TOP), score) for score in range(0, TOP + 1, 2)),
        dates=_date_ticks(axis),
        marks=_marks(axis, events),
        bands=tuple(_bands(axis, windows)),
        target=None if target is None else Level(_percent(1 - target.score / TOP), target.words),
        weeks=tuple(_weeks(axis, seen)),
    )


def recent(days: Days, *, today: date, asked: int | None = None) -> Recent:
    """What the last two weeks come to, for the sentence above the chart. No week is spoken of from one
    log, and none is compared with one."""
    last, before = (_scores_before(days, end) for end in (today, today - timedelta(WEEK)))
    return Recent(last=_week_of(last), before=_week_of(before), logged=len(last), asked=asked)


def _week_of(scores: Sequence[float]) -> float | None:
    return _mean(scores) if len(scores) >= DAYS_FOR_AVERAGE else None


def sparkline(weeks: Sequence[float | None], *, target: float | None = None) -> Sparkline:
    """Lay out weekly averages, oldest first; None is a week without enough logs."""
    known = [score for score in weeks if score is not None]
    return Sparkline(
        path=_strokes(list(enumerate(weeks))),
        width=max(len(weeks) - 1, 1),
        first=one_decimal(known[0]) if known else "",
        last=one_decimal(known[-1]) if known else "",
        target="" if target is None else str(_height(target)),
    )


@dataclass(frozen=True)
class _Axis:
    first: date
    last: date

    @property
    def span(self) -> int:
        return (self.last - self.first).days + 1

    def index(self, day: date) -> int:
        return (day - self.first).days

    def share(self, day: date) -> float:
        return self.index(day) / max(self.span - 1, 1)

    def clip(self, day: date) -> date:
        return min(max(day, self.first), self.last)

    def __iter__(self) -> Iterator[date]:
        return (self.first + timedelta(offset) for offset in range(self.span))


def _percent(share: float) -> str:
    return f"{share * 100:.4g}%"


def _height(score: float) -> int:
    return round(GRID * (1 - score / TOP))


def _mean(scores: Sequence[float]) -> float | None:
    return sum(scores) / len(scores) if scores else None


def _scores_before(days: Days, end: date) -> list[float]:
    week = (end - timedelta(back) for back in range(WEEK))
    return [days[day] for day in week if day in days]


def _seven_day_line(axis: _Axis, days: Days) -> str:
    """Trailing averages; days before the period count, so that the line need not start late."""
    averages = []
    for day in axis:
        scores = _scores_before(days, day)
        averages.append((axis.index(day), _week_of(scores)))
    return _strokes(averages)


def _path_of(axis: _Axis, line: ChartLine) -> str:
    if not line.joined:
        return _seven_day_line(axis, line.days)
    scores = sorted((day, score) for day, score in line.days.items() if day <= axis.last)
    return _strokes([(axis.index(day), score) for day, score in scores if day >= axis.first])


def _dots(points: Iterable[tuple[int, float]]) -> str:
    """A stroke without length has round caps: a dot. Steps are relative, which compresses well."""
    steps, last = [], (0, 0)
    for index, score in points:
        here = (index, _height(score))
        steps.append(f"m{here[0] - last[0]} {here[1] - last[1]}h0")
        last = here
    return "".join(steps)


def _strokes(points: Sequence[tuple[int, float | None]]) -> str:
    """One stroke for each unbroken run; a lone value is a dot."""
    path = []
    for (_, before), (index, score) in pairwise([(-1, None), *points]):
        if score is not None:
            path.append(f"{'M' if before is None else 'L'}{index} {_height(score)}")
            path.append("h0" if before is None else "")
    return "".join(path)


def _date_ticks(axis: _Axis) -> tuple[Tick, ...]:
    ends = [Tick("0%", axis.first, "start")]
    if axis.span > 1:
        ends.append(Tick("100%", axis.last, "end"))
    step = WEEK * max(1, -(-axis.span // (WEEK * MOST_TICKS)))
    between = (axis.first + timedelta(offset) for offset in range(step, axis.span, step))
    minor = [
        Tick(_percent(axis.share(day)), day, minor=True)
        for day in between
        if TICK_ROOM <= axis.share(day) * 100 <= 100 - TICK_ROOM
    ]
    return (*ends, *minor)


def _marks(axis: _Axis, events: Iterable[Event]) -> tuple[Mark, ...]:
    by_day: dict[date, list[Event]] = {}
    for event in sorted(events, key=lambda event: event.day):
        if axis.first <= event.day <= axis.last:
            by_day.setdefault(event.day, []).append(event)
    lanes = _lanes([axis.share(day) * 100 for day in by_day])
    return tuple(
        Mark(number, _percent(axis.share(day)), lane, tuple(same_day))
        for number, ((day, same_day), lane) in enumerate(
            zip(by_day.items(), lanes, strict=True), start=1
        )
    )


def _lanes(places: Sequence[float]) -> list[int]:
    """The lowest lane with room for each number, in order from the left; the top one takes the rest."""
    ends = [-100.0] * LANES
    chosen = []
    for place in places:
        lane = next((n for n in range(LANES) if place - ends[n] >= LANE_GAP), LANES - 1)
        ends[lane] = place
        chosen.append(lane)
    return chosen


def _bands(axis: _Axis, windows: Sequence[Window]) -> Iterator[ChartBand]:
    for window in windows:
        if window.last < axis.first or window.first > axis.last:
            continue
        start, end = axis.share(axis.clip(window.first)), axis.share(axis.clip(window.last))
        yield ChartBand(_percent(start), _percent(end - start), window.words)


def _weeks(axis: _Axis, days: Days) -> Iterator[WeekRow]:
    """Calendar weeks, the newest first."""
    monday = axis.last - timedelta(axis.last.weekday())
    while monday > axis.first - timedelta(WEEK):
        scores = tuple(days.get(monday + timedelta(offset)) for offset in range(WEEK))
        yield WeekRow(monday, scores, _week_of([each for each in scores if each is not None]))
        monday -= timedelta(WEEK)
