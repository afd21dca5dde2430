"""Version 2.1 as it was, where 3.0 differs: flags that it raised still explain themselves.

Library, noise, posterior, windows and trend are those of today. Nothing here is mended any more.
"""

import numpy as np

from pathway.rules.bars import Bars
from pathway.rules.baseline import either, first_week
from pathway.rules.facts import Facts, function_so_far
from pathway.rules.posterior import Signals
from pathway.rules.said import Labels
from pathway.rules.series import Bools, Floats, Ints, TrialSeries
from pathway.rules.status import Status
from pathway.rules.thresholds import Rules
from pathway.rules.windows import entry_age, rolling, run

BARS = Bars(
    windows=(84, 182),
    levels=((0.41, -0.84, -0.16, -0.63), (0.18, -1.07, -0.24, -1.14)),
    pain_only=((0.48, -0.77, -0.09, -0.56), (0.38, -0.87, -0.04, -0.94)),
)
RULES = Rules(weekly_logger_share=0.25)  # its own defaults, where they have changed since


def function_weight(_window_days: int) -> float:
    return 1.0


def entries_missing(known: Facts, rules: Rules) -> Ints:
    missing = np.maximum(rules.entries_needed - known.count_14, 1)
    return np.where(known.enough, 0, missing).astype(np.int64)


def facts(series: TrialSeries, rules: Rules) -> Facts:
    count_7, mean_7 = rolling(series.pain, 7)
    count_14, mean_14 = rolling(series.pain, 14)
    start = _baseline(series)[:, None]
    target = (1 - rules.better_share) * start
    weekly = _logs_weekly(series.pain, rules)
    enough = _enough(series.pain, count_14, weekly, rules) & _baseline_known(series)
    truly_better, share = function_so_far(series, rules)
    nothing = np.full(series.pain.shape, np.nan)
    return Facts(
        window_days=series.window_days,
        day=np.arange(series.days)[None, :],
        baseline=start,
        target=target,
        opening=nothing,
        mean_4=nothing,
        mean_7=mean_7,
        count_7=count_7,
        mean_14=mean_14,
        count_14=count_14,
        lowest=nothing,
        before=nothing,
        scatter=nothing,
        rise_bar=nothing,
        enough=enough,
        start_known=_baseline_known(series),
        weekly=weekly,
        fallen=np.ones(series.pain.shape, bool),
        at_target=enough & (mean_14 <= target) & (start - mean_14 >= rules.better_points),
        above_target=~(mean_14 <= target),
        function_open=~truly_better,
        function_share=share,
    )


def _baseline(series: TrialSeries) -> Floats:
    week = np.maximum(either(series.usual_pain, first_week(series.pain)), 1.0)
    if not series.cycle_started:
        return week
    usual = series.usual_pain.astype(np.float64)
    before = usual if series.pain_before is None else either(usual, series.pain_before)
    return np.where(np.isnan(before), week, np.maximum(before, 1.0))


def _baseline_known(series: TrialSeries) -> Bools:
    early = ~np.isnan(series.pain)
    early[:, 10:] = False
    asked: Bools = ~np.isnan(series.usual_pain)[:, None]
    return asked | (np.cumsum(early, axis=1) >= 3)


def _logs_weekly(pain: Floats, rules: Rules) -> Bools:
    so_far = np.cumsum(~np.isnan(pain), axis=1) / np.arange(1, pain.shape[1] + 1)
    return np.asarray(so_far <= rules.weekly_logger_share)


def _enough(pain: Floats, count_14: Floats, weekly: Bools, rules: Rules) -> Bools:
    age = entry_age(pain)
    daily = (count_14 >= rules.entries_needed) & (age <= rules.stale_after_days)
    fewer = (count_14 >= rules.weekly_entries_needed) & (age <= rules.weekly_stale_after_days)
    return np.asarray(daily | (fewer & weekly))


def responded(known: Facts, fail: Floats, rules: Rules) -> Bools:
    held = run(known.at_target, rules.responded_days)
    return held & (fail <= rules.responded_logodds)


def back_again(known: Facts, rules: Rules) -> Bools:
    back = known.mean_14 >= rules.back_share * known.baseline
    return run(known.enough & back & (known.count_14 >= rules.back_entries), rules.back_days)


def higher(known: Facts, rules: Rules) -> Bools:
    return np.asarray(known.mean_14 - known.baseline >= rules.worse_points)


def labels(series: TrialSeries, known: Facts, signal: Signals, bar: Floats, rules: Rules) -> Labels:
    """As `label.labels`."""
    reached = responded(known, signal.fail, rules)
    ever_reached = np.maximum.accumulate(reached, axis=1)
    relief = ever_reached
    if series.cycle_started:
        relief = relief | np.maximum.accumulate(_relieved(known, rules), axis=1)
    plateau = _levelled_off(known, signal, bar, rules)
    below = rules.plateau_logodds - rules.watch_logodds
    watch = _levelled_off(known, signal, bar - below, rules) & ~plateau
    worsening = run(_seems_worse(known, signal, rules), rules.signal_days)
    back = relief & back_again(known, rules) & ~known.at_target
    said = [
        (_improving(known, signal, rules), Status.IMPROVING),
        (plateau, Status.PLATEAU),
        (reached | (known.at_target & ever_reached), Status.RESPONDED),
        (back, Status.RELAPSE),
        (worsening, Status.WORSENING),
    ]
    return Labels(said, watch, relief)


def _relieved(known: Facts, rules: Rules) -> Bools:
    lower = known.baseline - known.mean_7 >= rules.better_points
    eased = (known.count_7 >= 3) & (known.mean_7 <= known.target) & lower
    soon = run(eased, rules.relief_days) & (known.day <= rules.relief_within_days)
    return soon | run(known.at_target, rules.responded_days)


def _seems_worse(known: Facts, signal: Signals, rules: Rules) -> Bools:
    late = known.day >= rules.signal_from_day
    likely = signal.worse >= rules.worse_logodds
    return known.enough & late & likely & higher(known, rules)


def _levelled_off(known: Facts, signal: Signals, bar: Floats, rules: Rules) -> Bools:
    open_ = known.enough & known.above_target & known.function_open
    inside = (known.day >= rules.signal_from_day) & (known.day < known.window_days)
    long_enough = known.window_days >= rules.shortest_window_days
    level = (signal.stall >= bar) & ~_seems_worse(known, signal, rules)
    return np.asarray(open_ & inside & level & long_enough)


def _improving(known: Facts, signal: Signals, rules: Rules) -> Bools:
    lower = known.mean_14 <= rules.improving_share * known.baseline
    likely = signal.fail <= rules.improving_logodds
    return known.enough & (known.day >= rules.improving_from_day) & (likely | lower)
