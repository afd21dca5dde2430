"""How strong the evidence of a stall must be, day by day.

Evidence is judged at two looks, as in a group-sequential trial: around the middle of the window
and over its last tenth. Outside them a flag needs much more, because people who pause for weeks
and then improve again look like a plateau until they move. Where the bar is met, one day suffices.
The numbers are log-odds relative to `Rules.plateau_logodds`; docs/rules.md says how they were found.
"""

from dataclasses import dataclass

import numpy as np

from pathway.rules.series import Bools, Floats, TrialSeries
from pathway.rules.thresholds import Rules

SHORT = 84  # days; the looks of other windows lie where theirs would
EARLY, LOOK, BETWEEN, CLOSING = 0, 1, 2, 3


Levels = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Bars:
    """What was fitted for windows of some lengths; windows in between lie in between.

    windows     days
    levels      of each window: early, at the middle look, between the looks, at the closing one
    pain_only   the same, until a function score after the first day is in
    weekly      on top, for who logs once a week: a single score says less than a fortnight's mean
    """

    windows: tuple[int, ...]
    levels: tuple[Levels, ...]
    pain_only: tuple[Levels, ...]
    weekly: float = 0.03


BARS = Bars(
    windows=(84, 126, 182),
    levels=((-0.14, -0.91, -0.48, -0.50), (0.0, -0.41, -0.57, -1.30), (0.26, -0.71, -0.84, -1.42)),
    pain_only=(
        (0.46, -0.84, -0.35, -0.59),
        (0.28, -0.16, -0.43, -0.87),
        (1.10, 0.35, -0.65, -1.14),
    ),
)


def day_bar(window_days: int, days: int, bars: Bars = BARS, *, pain_only: bool = False) -> Floats:
    """(days,) what a trial needs on each day, with function scores or with pain alone."""
    fitted = zip(*(bars.pain_only if pain_only else bars.levels), strict=True)
    levels = np.array([np.interp(window_days, bars.windows, level) for level in fitted])
    weeks = window_days / SHORT
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
    return np.asarray(np.interp(np.arange(days), at, levels[list(which)]))


def plateau_bar(series: TrialSeries, weekly: Bools, rules: Rules, bars: Bars = BARS) -> Floats:
    """(N, T) the log-odds of a stall that make a plateau. `weekly` (N, T): logs once a week."""
    window, days = series.window_days, series.days
    with_function = day_bar(window, days, bars)
    pain_only = day_bar(window, days, bars, pain_only=True)
    bar = rules.plateau_logodds + np.where(_function_seen(series), with_function, pain_only)
    return bar + np.where(weekly, bars.weekly, 0.0)


def _function_seen(series: TrialSeries) -> Bools:
    """(N, T) whether a function score after the first day is in."""
    seen = np.zeros(series.pain.shape, bool)
    if series.function is None or series.function_days is None:
        return seen
    later = (series.function_days > 0) & (series.function_days < series.days)
    seen[:, series.function_days[later]] = ~np.isnan(series.function[:, later])
    return np.asarray(np.maximum.accumulate(seen, axis=1))
