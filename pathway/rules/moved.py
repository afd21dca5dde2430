"""Whether scores have moved again since a plateau was flagged: a note, which closes nothing."""

import numpy as np

from pathway.rules.baseline import A_HAIR
from pathway.rules.label import edition
from pathway.rules.posterior import signals
from pathway.rules.series import Ints, TrialSeries
from pathway.rules.thresholds import DEFAULT_RULES, RULES_VERSION, Rules
from pathway.rules.windows import run


def moved_since(
    series: TrialSeries, flagged_on: Ints, days: int = 7, rules: Rules = DEFAULT_RULES
) -> Ints:
    """(N,) the first of the last `days` days, on each of which the evidence of a stall was gone
    and the 14-day mean lower than on the day of the flag; -1 where scores have not moved.

    `flagged_on` (N,): the day of the trial on which its plateau was found.
    """
    series = series.until_last_day()
    by = edition(RULES_VERSION)
    known = by.facts(series, rules)
    last = series.last[:, None]
    asked = (known.day > last - days) & (known.day <= last)
    signal = signals(series, asked, by.function_weight(series.window_days))
    then = np.take_along_axis(known.mean_14, flagged_on[:, None], axis=1)
    lower = known.mean_14 <= then - rules.moved_points + A_HAIR
    moved = known.enough & lower & (signal.stall < rules.moved_logodds)
    held = np.take_along_axis(run(moved & asked, days), last, axis=1)[:, 0]
    return np.where(held, series.last - days + 1, -1)
