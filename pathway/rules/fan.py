"""Where this course may end, by the library: for clinicians only, and for no patient.

A range, with how often such ranges held what came (`measured`, `make bench-accuracy`). It raises
nothing, and no page shows it without its coverage.
"""

from dataclasses import dataclass

import numpy as np

from pathway.rules.label import function_weight
from pathway.rules.posterior import Endings, endings
from pathway.rules.series import Floats, TrialSeries

FROM_DAY = 14
LOW, MIDDLE, HIGH = 0.115, 0.50, 0.885  # the model's own; they hold what 10-90 % should
STEP = 0.1  # points
LEAST_SPREAD = 0.05  # points: a level known exactly would divide by nothing
CHUNK = 512


@dataclass(frozen=True, slots=True)
class Fan:
    """(N,) usual pain at the window's end, 0-10: its 10 %, 50 % and 90 % points; NaN before day 14 and
    after the window."""

    low: Floats
    middle: Floats
    high: Floats


def fan(series: TrialSeries) -> Fan:
    """Of each trial, from what is known on its last day."""
    series = series.until_last_day()
    found = np.full((series.trials, 3), np.nan)
    inside = (series.last >= FROM_DAY) & (series.last < series.window_days)
    rows = np.flatnonzero(inside)
    for start in range(0, rows.size, CHUNK):
        some = rows[start : start + CHUNK]
        ends = endings(series.only(some), function_weight(series.window_days))
        found[some] = _points(ends)
    return Fan(*found.T)


def _points(ends: Endings) -> Floats:
    """(N, 3) of the mixture of the courses' ends."""
    at = np.arange(0, 10 + STEP, STEP)
    spread = np.hypot(ends.spread, LEAST_SPREAD)
    below = np.stack(
        [(ends.weight * _normal((x - ends.mean) / spread)).sum(axis=1) for x in at], axis=1
    )
    return np.array([np.interp((LOW, MIDDLE, HIGH), row, at) for row in below])


def _normal(z: Floats) -> Floats:
    """The normal distribution function, to 0.0002."""
    return np.asarray(1 / (1 + np.exp(np.clip(-1.5976 * z - 0.07056 * z**3, -60, 60))))
