"""The way back down: when a step may have done its work."""

import numpy as np

from pathway.rules import function as functions
from pathway.rules.series import Bools, TrialSeries
from pathway.rules.thresholds import DEFAULT_RULES, Rules
from pathway.rules.windows import rolling, run

CALM_MEAN = 1.0
CALM_DAYS = 28
FUNCTION_SHARE = 0.5


def step_down(
    series: TrialSeries, low_score: Bools | None = None, rules: Rules = DEFAULT_RULES
) -> Bools:
    """(N,) "consider stepping down": the 14-day mean at 1 or less for 28 days, and function good.

    Function is good when it is half better, or `low_score` (N,): PEG or Roland-Morris at 2 or less.
    """
    series = series.until_last_day()
    count, mean = rolling(series.pain, 14)
    calm = run((mean <= CALM_MEAN) & (count >= rules.entries_needed), CALM_DAYS)
    today = np.take_along_axis(calm, series.last[:, None], axis=1)[:, 0]
    good = np.zeros(series.trials, bool) if low_score is None else low_score
    return today & (good | _half_better(series))


def _half_better(series: TrialSeries) -> Bools:
    if series.function is None or series.function_days is None:
        return np.zeros(series.trials, bool)
    first, last = functions.first_and_last(series.function, series.function_days, series.days)
    return np.asarray(functions.share_of_first(first, last)[:, -1] <= FUNCTION_SHARE)
