"""The status of a trial on every day. The rules only label; clinicians decide."""

from enum import IntEnum

import numpy as np

from pathway.rules.baseline import A_HAIR
from pathway.rules.facts import Facts, held_high, weekly_gate
from pathway.rules.posterior import Signals
from pathway.rules.series import Bools, Floats
from pathway.rules.thresholds import Rules
from pathway.rules.windows import run


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


WEEKLY_EASED_ENTRIES = 1
WEEKLY_RISE_DAYS = 14
RISE_ENTRIES = 3  # weekly, two entries: too few to tell a rise from two bad days


def responded(known: Facts, fail: Floats, rules: Rules) -> Bools:
    """A fortnight at the target that is likely to last, or four weeks, whatever the courses say."""
    held = run(known.at_target, rules.responded_days) & (fail <= rules.responded_logodds)
    return held | run(known.at_target, rules.responded_alone_days)


def relieved(known: Facts, pain: Floats, rules: Rules) -> Bools:
    """A procedure or cycle gave relief: a week at the target soon after it, or a fortnight later on.

    Deep relief of a few days drags the mean of a whole week down, so a week is at the target only
    if no more than one of its days was above it.
    """
    with np.errstate(invalid="ignore"):
        above = _count(pain > known.target + A_HAIR, rules.relief_days)
    entries = np.where(known.weekly, WEEKLY_EASED_ENTRIES, 3)
    eased = (known.count_7 >= entries) & (known.mean_7 <= known.target + A_HAIR)
    eased &= known.day >= rules.relief_days - 1
    week = run(eased, rules.relief_days) & (_least(above, rules.relief_days) <= 1)
    soon = week & (known.day <= rules.relief_within_days)
    return np.asarray(soon | run(known.at_target, rules.responded_days))


def _count(condition: Bools, days: int) -> Floats:
    total = np.cumsum(condition, axis=1, dtype=np.float64)
    total[:, days:] -= total[:, :-days].copy()
    return total


def _least(values: Floats, days: int) -> Floats:
    """The least of the last `days` days."""
    least = values.copy()
    for back in range(1, min(days, values.shape[1])):
        least[:, back:] = np.minimum(least[:, back:], values[:, :-back])
    return least


def back_again(known: Facts, rules: Rules) -> Bools:
    """The fortnight's mean is back at the intensity from before."""
    back = known.mean_14 >= rules.back_share * known.baseline - A_HAIR
    counted = known.enough & weekly_gate(known, rules.back_entries, rules)
    return run(back & counted, rules.back_days)


def worsening(known: Facts, signal: Signals, eased: Bools, rules: Rules) -> Bools:
    """A rise is a rise, whatever the courses say: above the start, or above the person's own diary
    before; a smaller one that the courses take for lasting, too. Where there was relief the diary
    before is low because of it, and its end is a relapse.

    Who logs weekly has one or two entries in five days: there it has to hold for a fortnight.
    """
    rise = held_high(known, rules.rise_points, rules.signal_days)
    rise &= ~known.weekly | held_high(known, rules.rise_points, WEEKLY_RISE_DAYS)
    rise |= above_the_diary(known, rules) & ~eased
    rise &= known.day >= rules.rise_from_day
    return rise | run(seems_worse(known, signal, rules), rules.signal_days)


def above_the_diary(known: Facts, rules: Rules) -> Bools:
    """The fortnight lies above the diary before it by more than this person's swings explain, and above
    the start: a fortnight's mean moves slowly, so one such day is enough."""
    counted = known.enough & (known.count_14 >= RISE_ENTRIES)
    above = known.mean_14 - known.before >= known.rise_bar - A_HAIR
    return counted & above & (known.mean_14 - known.baseline >= rules.rise_over_start - A_HAIR)


def seems_worse(known: Facts, signal: Signals, rules: Rules) -> Bools:
    """Worsening, if it stays so."""
    late = known.day >= rules.signal_from_day
    likely = signal.worse >= rules.worse_logodds
    return known.enough & late & likely & higher(known, rules)


def higher(known: Facts, rules: Rules) -> Bools:
    return np.asarray(known.mean_14 - known.baseline >= rules.worse_points - A_HAIR)


def rises(known: Facts, rules: Rules) -> Bools:
    """Not level but on its way up: higher than at the start, and not yet long enough to call it level
    at that height; or the last four days lie above the start and clearly above the diary before."""
    above = higher(known, rules)
    days_above = known.mean_4 - known.before >= rules.upward_points + 0.5 * known.scatter
    days_above &= known.mean_4 >= known.baseline
    return np.asarray((above & ~run(above, rules.rise_shows_days)) | days_above)


def may_be_level(known: Facts, signal: Signals, rising: Bools, rules: Rules) -> Bools:
    """Where improvement may have stopped short of the target: a plateau if the evidence of a stall
    reaches the bar, and the watch under a lower one. `rising` is what `rises` says."""
    open_ = known.enough & known.above_target & known.function_open & hurts(known, rules)
    inside = (known.day >= rules.signal_from_day) & (known.day < known.window_days)
    long_enough = known.window_days >= rules.shortest_window_days
    upward = seems_worse(known, signal, rules) | rising
    return np.asarray(open_ & inside & ~upward & long_enough)


def hurts(known: Facts, rules: Rules) -> Bools:
    """Under 3 on average pain leaves no room for a plateau: function leads."""
    least = rules.plateau_least_pain
    return np.asarray((known.mean_14 >= least) & (known.baseline >= least))


def improving(known: Facts, signal: Signals, rising: Bools, rules: Rules) -> Bools:
    """Lower or likely to get there, fallen in the diary itself, and not on its way up again."""
    lower = known.mean_14 <= rules.improving_share * known.baseline
    likely = signal.fail <= rules.improving_logodds
    up_again = (known.mean_14 - known.lowest >= rules.rise_points) | rising
    late = known.day >= rules.improving_from_day
    return known.enough & late & (likely | lower) & known.fallen & ~up_again
