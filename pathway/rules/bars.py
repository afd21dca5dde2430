"""How strong the evidence of a stall must be, day by day.

Evidence is judged at two looks, as in a group-sequential trial: around the middle of the window
and over its last tenth. Outside them a flag needs much more, because people who pause for weeks
and then improve again look like a plateau until they move. Where the bar is met, one day suffices.
The numbers are log-odds relative to `Rules.plateau_logodds`; docs/rules.md says how they were found.
"""

import numpy as np
from numpy.typing import ArrayLike

from pathway.rules.series import Bools, Floats, TrialSeries
from pathway.rules.thresholds import Rules

SHORT, LONG = 84, 182  # windows, in days, that the bars were fitted on
EARLY, LOOK, BETWEEN, CLOSING = 0, 1, 2, 3
BARS_SHORT = (0.41, -0.84, -0.16, -0.63)
BARS_LONG = (0.18, -1.07, -0.24, -1.14)
PAIN_ONLY = (0.07, 0.20)  # on top, until a function score after the first day is in
WEEKLY = 0.03  # on top, for who logs once a week: a single score says less than a fortnight's mean


def day_bar(window_days: int, days: int) -> Floats:
    """(days,) what a trial with function scores needs on each day."""
    weeks = window_days / SHORT
    bars = _between(window_days, BARS_SHORT, BARS_LONG)
    middle, last = 9 + 0.418 * window_days, window_days - 1
    turns = (
        (middle - 9 * weeks, EARLY),
        (middle - 4 * weeks, LOOK),
        (middle, LOOK),
        (middle + 5 * weeks, BETWEEN),
        (0.84 * last, BETWEEN),
        (0.91 * last, CLOSING),
    )
    at, which = zip(*turns, strict=True)
    return np.asarray(np.interp(np.arange(days), at, bars[list(which)]))


def _between(window_days: int, short: ArrayLike, long: ArrayLike) -> Floats:
    share = np.clip((window_days - SHORT) / (LONG - SHORT), 0, 1)
    return np.asarray((1 - share) * np.asarray(short) + share * np.asarray(long))


def plateau_bar(series: TrialSeries, weekly: Bools, rules: Rules) -> Floats:
    """(N, T) the log-odds of a stall that make a plateau. `weekly` (N, T): logs once a week."""
    bar = rules.plateau_logodds + day_bar(series.window_days, series.days)[None, :]
    bar = bar + np.where(_function_seen(series), 0.0, _between(series.window_days, *PAIN_ONLY))
    return bar + np.where(weekly, WEEKLY, 0.0)


def _function_seen(series: TrialSeries) -> Bools:
    """(N, T) whether a function score after the first day is in."""
    seen = np.zeros(series.pain.shape, bool)
    if series.function is None or series.function_days is None:
        return seen
    later = (series.function_days > 0) & (series.function_days < series.days)
    seen[:, series.function_days[later]] = ~np.isnan(series.function[:, later])
    return np.asarray(np.maximum.accumulate(seen, axis=1))
