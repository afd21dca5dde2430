"""The status of a trial on every day. The rules only label; clinicians decide."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from pathway.rules import function as functions
from pathway.rules.baseline import baseline, baseline_known
from pathway.rules.posterior import Signals
from pathway.rules.series import Bools, Floats, Ints, TrialSeries
from pathway.rules.thresholds import Rules
from pathway.rules.windows import entry_age, rolling, run


class Status(IntEnum):
    """What a trial looks like today; the first that applies, from WINDOW_COMPLETE down, wins."""

    NOT_ASKED = -1
    IN_PROGRESS = 0
    IMPROVING = 1
    RESPONDED = 2
    PLATEAU = 3
    WORSENING = 4
    RELAPSE = 5
    INSUFFICIENT_DATA = 6
    WINDOW_COMPLETE = 7


@dataclass(frozen=True, slots=True)
class Facts:
    """What the scores say by plain arithmetic; (N, T) except the baseline, (N, 1)."""

    window_days: int
    day: Ints
    baseline: Floats
    mean_7: Floats
    count_7: Floats
    mean_14: Floats
    count_14: Floats
    enough: Bools
    weekly: Bools
    at_target: Bools
    above_target: Bools
    function_open: Bools
    function_share: Floats

    def target(self, rules: Rules) -> Floats:
        return (1 - rules.better_share) * self.baseline


def facts(series: TrialSeries, rules: Rules) -> Facts:
    count_7, mean_7 = rolling(series.pain, 7)
    count_14, mean_14 = rolling(series.pain, 14)
    start = baseline(series)[:, None]
    target = (1 - rules.better_share) * start
    weekly = logs_weekly(series.pain, rules)
    enough = _enough(series.pain, count_14, weekly, rules) & baseline_known(series)
    first, last = _function(series)
    share = functions.share_of_first(first, last)
    truly_better = (share <= rules.function_share) & (first - last >= rules.function_points)
    return Facts(
        window_days=series.window_days,
        day=np.arange(series.days)[None, :],
        baseline=start,
        mean_7=mean_7,
        count_7=count_7,
        mean_14=mean_14,
        count_14=count_14,
        enough=enough,
        weekly=weekly,
        at_target=enough & (mean_14 <= target) & (start - mean_14 >= rules.better_points),
        above_target=~(mean_14 <= target),
        function_open=~truly_better,
        function_share=share,
    )


def _function(series: TrialSeries) -> tuple[Floats, Floats]:
    if series.function is None or series.function_days is None:
        unknown = np.full(series.pain.shape, np.nan)
        return unknown, unknown
    return functions.first_and_last(series.function, series.function_days, series.days)


def logs_weekly(pain: Floats, rules: Rules) -> Bools:
    """(N, T) a person who so far has logged about once a week."""
    so_far = np.cumsum(~np.isnan(pain), axis=1) / np.arange(1, pain.shape[1] + 1)
    return np.asarray(so_far <= rules.weekly_logger_share)


def _enough(pain: Floats, count_14: Floats, weekly: Bools, rules: Rules) -> Bools:
    """Enough recent entries to say anything; a person who logs weekly needs fewer."""
    age = entry_age(pain)
    daily = (count_14 >= rules.entries_needed) & (age <= rules.stale_after_days)
    fewer = (count_14 >= rules.weekly_entries_needed) & (age <= rules.weekly_stale_after_days)
    return np.asarray(daily | (fewer & weekly))


def responded(known: Facts, fail: Floats, rules: Rules) -> Bools:
    held = run(known.at_target, rules.responded_days)
    return held & (fail <= rules.responded_logodds)


def relieved(known: Facts, rules: Rules) -> Bools:
    """A procedure or cycle gave relief: the week's mean at the target for a week, soon after it,
    or the fortnight's as long as a response would take, whatever the courses say."""
    lower = known.baseline - known.mean_7 >= rules.better_points
    eased = (known.count_7 >= 3) & (known.mean_7 <= known.target(rules)) & lower
    soon = run(eased, rules.relief_days) & (known.day <= rules.relief_within_days)
    return soon | run(known.at_target, rules.responded_days)


def back_again(known: Facts, rules: Rules) -> Bools:
    """The fortnight's mean is back at the intensity from before."""
    back = known.mean_14 >= rules.back_share * known.baseline
    return run(known.enough & back & (known.count_14 >= rules.back_entries), rules.back_days)


def worsening(known: Facts, signal: Signals, rules: Rules) -> Bools:
    return run(seems_worse(known, signal, rules), rules.signal_days)


def seems_worse(known: Facts, signal: Signals, rules: Rules) -> Bools:
    """Worsening, if it stays so."""
    late = known.day >= rules.signal_from_day
    likely = signal.worse >= rules.worse_logodds
    return known.enough & late & likely & higher(known, rules)


def higher(known: Facts, rules: Rules) -> Bools:
    return np.asarray(known.mean_14 - known.baseline >= rules.worse_points)


def levelled_off(known: Facts, signal: Signals, bar: Floats, rules: Rules) -> Bools:
    """Improvement has stopped short of the target: the plateau, or under a lower bar the watch."""
    open_ = known.enough & known.above_target & known.function_open
    inside = (known.day >= rules.signal_from_day) & (known.day < known.window_days)
    long_enough = known.window_days >= rules.shortest_window_days
    level = (signal.stall >= bar) & ~seems_worse(known, signal, rules)
    return np.asarray(open_ & inside & level & long_enough)


def improving(known: Facts, signal: Signals, rules: Rules) -> Bools:
    lower = known.mean_14 <= rules.improving_share * known.baseline
    likely = signal.fail <= rules.improving_logodds
    return known.enough & (known.day >= rules.improving_from_day) & (likely | lower)
