"""The entry point: a day-by-day status for many trials, and the numbers behind the last one."""

from dataclasses import dataclass, replace

import numpy as np

from pathway.rules.bars import plateau_bar
from pathway.rules.posterior import Signals, signals
from pathway.rules.rise import sudden_rise
from pathway.rules.series import Bools, Floats, Ints, TrialSeries
from pathway.rules.status import (
    Facts,
    Status,
    back_again,
    facts,
    higher,
    improving,
    levelled_off,
    relieved,
    responded,
    worsening,
)
from pathway.rules.thresholds import DEFAULT_RULES, RULES_VERSION, Rules
from pathway.rules.trend import trend
from pathway.rules.windows import run


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the rules say about N trials. Numbers are those of each trial's last day, (N,).

    status          (N, T) int8  a `Status` for every day; -1 on days that were not asked for
    last_day        the day of the trial that the numbers are about
    watch           (N, T) bool  "may be levelling off": shown on the clinician's list only
    baseline        pain where the trial began, 0-10
    mean_14         mean pain of the last 14 days, 0-10; NaN without an entry
    count_14        entries in them
    target          pain at or below which the person has responded, 0-10
    function_share  last function score as a share of the first; 1 is unchanged, 0.7 is 30 % better
    stall           log-odds that improvement has stopped short of the target
    fail            log-odds that the target will not be reached by the end of the window
    worse           log-odds that the trial ends 10 % or more above the baseline
    slope           Theil-Sen slope of weekly medians, points per week; negative is improving
    slope_low, slope_high   its 80 % interval
    since           first day of the present status, not before the first day asked for
    clears_at       14-day mean at which the present status would end (falling to it: plateau,
                    worsening, relapse; rising above it: responded); NaN where no mean would
    entries_missing entries that the last 14 days lack before anything can be said; 0 if enough
    sudden_rise     the 7-day mean is 2 points or more over the 14 days before: ask the safety
                    questions
    log-odds are NaN before day 14, after the window, and in windows of 14 days or less.
    """

    status: Ints
    last_day: Ints
    watch: Bools
    baseline: Floats
    mean_14: Floats
    count_14: Ints
    target: Floats
    function_share: Floats
    stall: Floats
    fail: Floats
    worse: Floats
    slope: Floats
    slope_low: Floats
    slope_high: Floats
    since: Ints
    clears_at: Floats
    entries_missing: Ints
    sudden_rise: Bools
    rules_version: str = RULES_VERSION

    @property
    def last_status(self) -> Ints:
        """(N,) the status of each trial's last day; -1 if that day was not asked for."""
        return np.take_along_axis(self.status, self.last_day[:, None], axis=1)[:, 0]


def assess(series: TrialSeries, rules: Rules = DEFAULT_RULES) -> Assessment:
    """Every trial's status on each day asked for. A day's status reads nothing after that day."""
    series = series.until_last_day()
    known = facts(series, rules)
    signal = _signals(series, known, rules)
    status, watch = _label(series, known, signal, rules)
    return _answer(series, known, signal, status, watch, rules)


def _signals(series: TrialSeries, known: Facts, rules: Rules) -> Signals:
    """The log-odds of the days asked for, and of the past where the answer hangs on it."""
    first = series.first_asked[:, None]
    now = (known.day >= first) & (known.day <= series.last[:, None])
    just_before = (known.day > first - rules.signal_days) & (known.day < first)
    answer = signals(series, now | (just_before & higher(known, rules)))
    open_ = _open(series, known, answer, rules)[:, None]
    past = run(known.at_target, rules.responded_days) & (known.day < first) & open_
    return replace(answer, fail=np.where(past, signals(series, past).fail, answer.fail))


def _open(series: TrialSeries, known: Facts, signal: Signals, rules: Rules) -> Bools:
    """(N,) whether a response in the past would change a label of the days asked for."""
    now = (known.day >= series.first_asked[:, None]) & (known.day <= series.last[:, None])
    stays = known.at_target & ~responded(known, signal.fail, rules)
    back = back_again(known, rules) & ~known.at_target
    return np.asarray((now & (stays | back)).any(axis=1))


def _label(series: TrialSeries, known: Facts, signal: Signals, rules: Rules) -> tuple[Ints, Bools]:
    reached = responded(known, signal.fail, rules)
    ever_reached = np.maximum.accumulate(reached, axis=1)
    relief = ever_reached
    if series.cycle_started:
        relief = relief | np.maximum.accumulate(relieved(known, rules), axis=1)
    bar = plateau_bar(series, known.weekly, rules)
    plateau = levelled_off(known, signal, bar, rules)
    below = rules.plateau_logodds - rules.watch_logodds
    watch = levelled_off(known, signal, bar - below, rules) & ~plateau
    status = np.zeros(series.pain.shape, np.int8)
    for condition, label in (
        (improving(known, signal, rules), Status.IMPROVING),
        (plateau, Status.PLATEAU),
        (reached | (known.at_target & ever_reached), Status.RESPONDED),
        (relief & back_again(known, rules) & ~known.at_target, Status.RELAPSE),
        (worsening(known, signal, rules), Status.WORSENING),
        (~known.enough & (known.day >= rules.insufficient_from_day), Status.INSUFFICIENT_DATA),
        (known.day >= series.window_days, Status.WINDOW_COMPLETE),
    ):
        status[np.broadcast_to(condition, status.shape)] = label
    not_asked = (known.day < series.first_asked[:, None]) | (known.day > series.last[:, None])
    status[not_asked] = Status.NOT_ASKED
    return status, watch & ~not_asked


def _answer(
    series: TrialSeries,
    known: Facts,
    signal: Signals,
    status: Ints,
    watch: Bools,
    rules: Rules,
) -> Assessment:
    def today(values: Floats | Ints | Bools) -> np.ndarray:
        return np.take_along_axis(values, series.last[:, None], axis=1)[:, 0]

    slope = trend(series.pain, series.last)
    start, target = known.baseline[:, 0], known.target(rules)[:, 0]
    return Assessment(
        status=status,
        last_day=series.last,
        watch=watch,
        baseline=start,
        mean_14=today(known.mean_14),
        count_14=today(known.count_14).astype(np.int64),
        target=target,
        function_share=today(known.function_share),
        stall=today(signal.stall),
        fail=today(signal.fail),
        worse=today(signal.worse),
        slope=slope.slope,
        slope_low=slope.low,
        slope_high=slope.high,
        since=_since(status, series.last),
        clears_at=_clears_at(today(status), start, target, rules),
        entries_missing=_entries_missing(today(known.count_14), today(known.enough), rules),
        sudden_rise=_sudden_rise(known, series.last, rules),
    )


def _since(status: Ints, last: Ints) -> Ints:
    now = np.take_along_axis(status, last[:, None], axis=1)
    day = np.arange(status.shape[1])
    other = (status != now) & (day <= last[:, None])
    return np.asarray(np.where(other, day + 1, 0).max(axis=1))


def _clears_at(status: Ints, start: Floats, target: Floats, rules: Rules) -> Floats:
    at = np.full(len(start), np.nan)
    for label, mean in (
        (Status.PLATEAU, target),
        (Status.RESPONDED, target),
        (Status.WORSENING, start + rules.worse_points),
        (Status.RELAPSE, rules.back_share * start),
    ):
        at = np.where(status == label, mean, at)
    return at


def _entries_missing(count: Floats, enough: Bools, rules: Rules) -> Ints:
    return np.where(enough, 0, np.maximum(rules.entries_needed - count, 1)).astype(np.int64)


def _sudden_rise(known: Facts, last: Ints, rules: Rules) -> Bools:
    before = np.maximum(last - 7, 0)[:, None]
    earlier = np.take_along_axis(known.mean_14, before, axis=1)[:, 0]
    week = np.take_along_axis(known.mean_7, last[:, None], axis=1)[:, 0]
    return (last >= 7) & sudden_rise(week, earlier, rules.sudden_rise_points)
