"""Where a trial began."""

import numpy as np

from pathway.rules.series import Bools, Floats, TrialSeries

FIRST_WEEK = 7
KNOWN_BY_DAY, KNOWN_ENTRIES = 10, 3


def baseline(series: TrialSeries) -> Floats:
    """(N,) the first week's mean averaged with "usual pain", which halves the bias of a flare.

    A dated cycle starts from what was before it, since relief comes within days. At least 1.
    """
    week = np.maximum(_either(series.usual_pain, _first_week(series.pain)), 1.0)
    if not series.cycle_started:
        return week
    usual = series.usual_pain.astype(np.float64)
    before = usual if series.pain_before is None else _either(usual, series.pain_before)
    return np.where(np.isnan(before), week, np.maximum(before, 1.0))


def baseline_known(series: TrialSeries) -> Bools:
    """(N, T) "usual pain" was asked, or three of the first ten days have an entry so far."""
    early = ~np.isnan(series.pain)
    early[:, KNOWN_BY_DAY:] = False
    asked: Bools = ~np.isnan(series.usual_pain)[:, None]
    return asked | (np.cumsum(early, axis=1) >= KNOWN_ENTRIES)


def _first_week(pain: Floats) -> Floats:
    week = pain[:, :FIRST_WEEK]
    count = (~np.isnan(week)).sum(axis=1)
    return np.where(count > 0, np.nansum(week, axis=1) / np.maximum(count, 1), np.nan)


def _either(one: Floats, other: Floats) -> Floats:
    """The mean of the two, or the one that is known."""
    mean = 0.5 * (one + other)
    return np.where(np.isnan(one), other, np.where(np.isnan(other), one, mean))
