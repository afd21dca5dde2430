"""How often the plateau flag is right, on simulated people looked at every day.

    python -m bench.accuracy [--quick] [--seed N]

The thresholds are those of the product; the seed is not the one they were chosen on. Figures are
false flags of 100 who respond | plateaus found of 100 | median delay in weeks, each with a 95 %
interval. Simulated people are not patients: this is no clinical accuracy.
"""

import argparse
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

for library_threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(library_threads, "1")

import numpy as np  # noqa: E402

from bench import measure, rivals  # noqa: E402
from pathway.rules import DEFAULT_RULES, Status, TrialSeries, assess  # noqa: E402
from pathway.rules.facts import facts  # noqa: E402
from pathway.rules.posterior import signals  # noqa: E402
from pathway.rules.series import Bools, Floats  # noqa: E402
from pathway.simulation import (  # noqa: E402
    OTHERS,
    PLATEAUS,
    RESPONDERS,
    Cohort,
    Course,
    Settings,
    cohort,
    diary_before,
    scenarios,
)

WINDOWS = (84, 182)
SCORED = RESPONDERS + PLATEAUS


@dataclass(frozen=True)
class Run:
    """One printing of the tables: people of each kind of course, and the seed."""

    people: int
    seed: int

    def draw(self, days: int, courses: tuple[Course, ...] = SCORED, shift: int = 0) -> Cohort:
        return cohort(self.people, Settings(days=days), self.seed + shift, courses)


def series_of(people: Cohort, *, function: bool = False) -> TrialSeries:
    return TrialSeries(
        pain=people.pain.astype(np.float32),
        usual_pain=people.usual_pain,
        window_days=people.pain.shape[1],
        function=people.function if function else None,
        function_days=people.function_days if function else None,
    )


def flagged(people: Cohort, *, function: bool = False) -> Floats:
    """(N,) the day of the first plateau flag, as the product would raise it."""
    status = assess(series_of(people, function=function)).status
    return measure.first_day(status == Status.PLATEAU)


RIVAL_DAYS = 3


def gated(statistic: Floats, series: TrialSeries, *, function: bool = False) -> Floats:
    """What a threshold is laid on: the lowest of three days on which a flag is possible."""
    known = facts(series, DEFAULT_RULES)
    possible = known.enough & known.above_target & ~np.isnan(statistic)
    possible &= (known.day >= DEFAULT_RULES.signal_from_day) & (
        known.function_open | (not function)
    )
    now = np.where(possible, statistic, -np.inf)
    lowest = now.copy()
    for back in range(1, RIVAL_DAYS):
        lowest[:, back:] = np.minimum(lowest[:, back:], now[:, :-back])
        lowest[:, :back] = -np.inf
    lowest[:, -measure.QUIET_END + 1 :] = -np.inf
    return lowest


def heading(text: str, columns: str = "false of 100 | found of 100 | weeks") -> None:
    print(f"\n{text}\n{'':44s} {columns}")


def row(name: str, *values: object) -> None:
    print(f"{name:44s} " + "  ||  ".join(str(value) for value in values), flush=True)


AS_WRITTEN: tuple[tuple[str, rivals.Statistic, float, int], ...] = (
    ("last 2 weeks < 30 % better, from day 28", rivals.level, 0.70, 28),
    ("same, from day 42", rivals.level, 0.70, 42),
    ("last 2 weeks not lower than the 2 before", rivals.change, 0.0, 28),
    ("42-day slope p > 0.05, from day 42", rivals.slope_t, -1.96, 42),
    ("Theil-Sen 95 % hopeful bound misses", rivals.theil_sen, 0.0, 28),
    ("AR-OLS 28 d, P(miss) > 95 %", rivals.projection(28), 1.645, 28),
)


def as_written(run: Run, days: int) -> None:
    heading(f"Rules as usually written, run daily, {days // 7} weeks")
    people = run.draw(days)
    series = series_of(people)
    known = facts(series, DEFAULT_RULES)
    possible = known.enough & known.above_target
    for name, statistic, threshold, from_day in AS_WRITTEN:
        with np.errstate(invalid="ignore"):
            flags = possible & (known.day >= from_day) & (statistic(series) >= threshold)
        row(name, measure.quality(people, measure.first_day(flags)))
    row("course library", measure.quality(people, flagged(people)))
    row("course library + function", measure.quality(people, flagged(people, function=True)))


def matched(run: Run, days: int) -> None:
    heading(f"At matched rates, {days // 7} weeks (3.3): aimed at 2 || 5 || 10 false flags of 100")
    train, test = run.draw(days, shift=1), run.draw(days)
    for name, statistic, function in _contenders(train):
        learned = gated(statistic(series_of(train, function=function)), series_of(train))
        tried = gated(statistic(series_of(test, function=function)), series_of(test))
        thresholds = [_calibrated(learned, train, rate) for rate in (0.02, 0.05, 0.10)]
        firsts = [measure.first_day(tried >= threshold) for threshold in thresholds]
        row(name, *(measure.quality(test, first) for first in firsts))


def _contenders(train: Cohort) -> Iterator[tuple[str, rivals.Statistic, bool]]:
    responders = series_of(train.only(train.responds))
    shown = rivals.level(responders)
    yield "naive level", rivals.level, False
    yield "naive change", rivals.change, False
    yield "slope t", rivals.slope_t, False
    yield "CUSUM against an expected course", rivals.cusum, False
    yield "AR-OLS projection, 28 d", rivals.projection(28), False
    boundary = rivals.boundary(np.nanmean(shown, axis=0), np.nanstd(shown, axis=0))
    yield "responder boundary (OQ-style)", boundary, False
    yield "Theil-Sen futility, 7 weekly medians", rivals.theil_sen, False
    yield "Kalman damped trend", rivals.kalman, False
    yield "Bayesian linear, 49 d", rivals.projection(49, 0.5, 0.03), False
    yield "course library, pain", _stall, False
    yield "course library, pain + function", _stall, True


def _stall(series: TrialSeries) -> Floats:
    return signals(series, np.ones(series.pain.shape, bool)).stall


def _calibrated(statistic: Floats, people: Cohort, rate: float) -> float:
    """The threshold at which this share of the responders is ever flagged."""
    highest = statistic[people.responds].max(axis=1)
    weight = measure.weights(people, measure.MIX)[people.responds]
    order = np.argsort(-highest)
    passed = np.searchsorted(np.cumsum(weight[order]) / weight.sum(), rate, side="right")
    return float(highest[order[passed]]) + 1e-9


def robustness(run: Run, days: int) -> None:
    heading(f"Stress cases, {days // 7} weeks (3.4): pain || pain + function")
    for scenario in scenarios(days):
        people = cohort(run.people, scenario.settings, run.seed + 2, SCORED)
        if scenario.habit is not None:
            people = scenario.habit(people, np.random.default_rng(run.seed))
        row(scenario.name, *_both(people, measure.MIX))
    people = run.draw(days, shift=2)
    row("30 % late starters", *_both(people, LATE_MIX))
    row("40 % steady and slow", *_both(people, SLOW_MIX))
    people = run.draw(days, tuple(measure.STRESS_MIX), shift=2)
    row("shapes outside every family", *_both(people, measure.STRESS_MIX))
    for course in measure.STRESS_MIX:
        few = people.only(people.course == course)
        everyone = np.ones(len(few), bool)
        shares = (
            measure.share(flagged(few, function=function) >= 0, np.ones(len(few)), everyone)
            for function in (False, True)
        )
        row(f"  ever flagged: {course}", *shares)


LATE_MIX = measure.MIX | {
    Course.DELAYED_RESPONDER: 0.15,
    Course.RAPID_RECOVERY: 0.06,
    Course.RECOVERY: 0.10,
}
SLOW_MIX = measure.MIX | {
    Course.SLOW_IMPROVER: 0.20,
    Course.RAPID_RECOVERY: 0.07,
    Course.RECOVERY: 0.105,
}


def _both(people: Cohort, mix: dict[Course, float]) -> Iterator[measure.Quality]:
    for function in (False, True):
        yield measure.quality(people, flagged(people, function=function), mix)


def other_statuses(run: Run, days: int) -> None:
    heading(f"Other statuses, {days // 7} weeks (3.5)", "of 100")
    people = run.draw(days, SCORED + OTHERS)
    status = assess(series_of(people)).status
    weight = measure.weights(people, measure.MIX)
    _responded(people, status == Status.RESPONDED, weight)
    _worsening(people, status, weight)
    _relapse(run, days)
    row(
        "days with too few entries",
        f"{100 * (status[:, 7:] == Status.INSUFFICIENT_DATA).mean():5.1f}",
    )


def _responded(people: Cohort, labelled: Bools, weight: Floats) -> None:
    ever = labelled.any(axis=1)
    day = labelled.argmax(axis=1)
    rows = np.arange(len(people))
    better = people.truth[rows, day] <= 0.75 * people.truth[:, 0]
    days = labelled.sum(axis=1)
    right = (labelled & (people.truth <= 0.75 * people.truth[:, :1])).sum(axis=1)
    shares = right / np.maximum(days, 1)
    row(
        "responded: days truly 25 % better",
        measure.share(shares, weight * days, ever & (weight > 0)),
    )
    row("  on the first such day", measure.share(better, weight, ever & (weight > 0)))
    row(
        "plateaus ever called responded",
        measure.share(ever, weight, people.plateaus & (weight > 0)),
    )


def _worsening(people: Cohort, status: Floats, weight: Floats) -> None:
    ever = (status == Status.WORSENING).any(axis=1)
    each = np.ones(len(people))
    flat = people.course == Course.FLAT
    rising = people.course == Course.WORSENING
    steep = rising & (people.truth[:, -1] - people.truth[:, 0] >= 2)
    review = np.isin(status, (Status.WORSENING, Status.PLATEAU, Status.RELAPSE)).any(axis=1)
    row("worsening: false in flat courses", measure.share(ever, each, flat))
    row(
        "worsening: false in responders",
        measure.share(ever, weight, people.responds & (weight > 0)),
    )
    row("worsening: rises of 2-3 points found", measure.share(ever, each, steep))
    row("worsening courses with any review flag", measure.share(review, each, rising))


def _relapse(run: Run, days: int) -> None:
    people = run.draw(days, (Course.PROCEDURE_RELAPSE,))
    settings, rng = Settings(days=days), np.random.default_rng(run.seed)
    before = diary_before(people, settings, rng)
    for name, diary in (("with", before), ("without", None)):
        series = TrialSeries(
            pain=people.pain.astype(np.float32),
            usual_pain=people.usual_pain,
            window_days=days,
            cycle_started=True,
            pain_before=diary,
        )
        _relapse_rows(name, people, assess(series).status)


def _relapse_rows(name: str, people: Cohort, status: Floats) -> None:
    days = status.shape[1]
    high = people.truth >= 0.9 * people.truth[:, :1]
    lowest = people.truth.argmin(axis=1)[:, None]
    back = (high & (np.arange(days) > lowest)).argmax(axis=1)
    early = (back > 0) & (back <= days - 21)
    relapse = status == Status.RELAPSE
    each, found = np.ones(len(people)), relapse.any(axis=1)
    review = relapse | np.isin(status, (Status.PLATEAU, Status.WORSENING))
    row(f"relapse after a procedure, {name} a diary before", measure.share(found, each, early))
    row("  any review flag", measure.share(review.any(axis=1), each, early))
    delay = (relapse.argmax(axis=1) - back)[early & found] / 7
    row("  weeks from being back to the flag", measure.median(delay))


TABLES: tuple[Callable[[Run, int], None], ...] = (as_written, matched, robustness, other_statuses)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--quick", action="store_true", help="fewer people, wider intervals")
    parser.add_argument("--seed", type=int, default=2026)
    chosen = parser.parse_args()
    run = Run(people=150 if chosen.quick else 1000, seed=chosen.seed)
    started = time.monotonic()
    print(__doc__)
    print(f"seed {run.seed}, {run.people} people of each kind of course")
    for days in WINDOWS:
        for table in TABLES:
            table(run, days)
    print(f"\n{time.monotonic() - started:.0f} seconds")


if __name__ == "__main__":
    main()
