"""Stepping down: when a tier may have done its work."""

import numpy as np

from pathway.rules import function as functions
from pathway.rules.facts import heard, logs_weekly
from pathway.rules.series import Bools, Ints, TrialSeries
from pathway.rules.thresholds import DEFAULT_RULES, Rules
from pathway.rules.windows import Diary, run

STEP_DOWN_MEAN = 1.0
STEP_DOWN_DAYS = 28
FUNCTION_SHARE = 0.5


def step_down(
    series: TrialSeries, low_score: Bools | None = None, rules: Rules = DEFAULT_RULES
) -> Bools:
    """(N,) "consider stepping down": the 14-day mean at 1 or less for 28 days, and function good.

    Function is good when it is half better, or `low_score` (N,): PEG or Roland-Morris at 2 or less.
    """
    low = np.zeros(series.trials, bool) if low_score is None else low_score
    return step_down_on(series, series.last[:, None], low[:, None], rules)[:, 0]


def step_down_on(
    series: TrialSeries, days: Ints, low_score: Bools, rules: Rules = DEFAULT_RULES
) -> Bools:
    """The same of each trial on `days` (N, D), with `low_score` (N, D) as it was on them."""
    series = series.until_last_day()
    diary = Diary(series.pain)
    count, mean = diary.over(14)
    enough = heard(diary, count, logs_weekly(diary, rules), rules)
    calm = run((mean <= STEP_DOWN_MEAN) & enough, STEP_DOWN_DAYS)
    good = low_score | np.take_along_axis(_half_better(series), days, axis=1)
    return np.take_along_axis(calm, days, axis=1) & good


def _half_better(series: TrialSeries) -> Bools:
    """(N, T) function at half of the first score or less, as known on each day."""
    if series.function is None or series.function_days is None:
        return np.zeros(series.pain.shape, bool)
    first, last = functions.first_and_last(series.function, series.function_days, series.days)
    return np.asarray(functions.share_of_first(first, last) <= FUNCTION_SHARE)
