"""Where a trial began."""

import numpy as np

from pathway.rules.series import Bools, Floats, TrialSeries
from pathway.rules.thresholds import Rules
from pathway.rules.windows import Diary

FIRST_WEEK, FORTNIGHT = 7, 14
FIRST_ENTRIES_DAYS = 3
KNOWN_BY_DAY, KNOWN_ENTRIES = 10, 3
A_HAIR = 1e-6  # 7 of 10 is 30 % lower, whatever the last binary digit says


def baseline(series: TrialSeries, rules: Rules) -> Floats:
    """(N,) the first week's mean averaged with "usual pain", which halves the bias of a flare.

    Who falls within the first days began where both usual pain and those days say. A dated cycle
    starts from what was before it, since relief comes within days; NaN if nothing tells that.
    """
    usual = series.usual_pain.astype(np.float64)
    if series.cycle_started:
        return usual if series.pain_before is None else either(usual, series.pain_before)
    start = either(usual, first_week(series.pain))
    began = at_once(series, rules)
    return np.where(np.isnan(began), start, np.fmax(start, began))


def at_once(series: TrialSeries, rules: Rules) -> Floats:
    """(N,) where those began who had reached the target by the second week; NaN for all others.

    The lower of usual pain and the highest of the first days; the first week's mean would take half
    of their fall for the start.
    """
    early = series.pain[:, :FIRST_ENTRIES_DAYS]
    highest = np.where(np.isnan(early), -np.inf, early).max(axis=1)
    began = np.minimum(series.usual_pain, highest)
    second = series.pain[:, FIRST_WEEK:FORTNIGHT]
    known = (~np.isnan(second)).sum(axis=1) >= KNOWN_ENTRIES
    target = np.minimum((1 - rules.better_share) * began, began - rules.better_points)
    return np.where(known & (_mean(second) <= target + A_HAIR), began, np.nan)


def opening(series: TrialSeries, diary: Diary, rules: Rules) -> Floats:
    """(N, T) what the diary is held against to see whether it fell: the higher of its first week and
    its first fortnight, as known on each day; for a dated cycle what was before it."""
    if series.cycle_started:
        usual = series.usual_pain.astype(np.float64)
        before = usual if series.pain_before is None else either(usual, series.pain_before)
        return np.broadcast_to(before[:, None], series.pain.shape)
    means = np.fmax(diary.first(FIRST_WEEK), diary.first(FORTNIGHT))
    return np.fmax(means, at_once(series, rules)[:, None])


def baseline_known(series: TrialSeries) -> Bools:
    """(N, T) "usual pain" was asked, or three of the first ten days have an entry so far; for a
    dated cycle only what was before it counts."""
    asked: Bools = ~np.isnan(series.usual_pain)[:, None]
    if series.cycle_started:
        before = series.pain_before
        known = asked if before is None else asked | ~np.isnan(before)[:, None]
        return np.broadcast_to(known, series.pain.shape)
    early = ~np.isnan(series.pain)
    early[:, KNOWN_BY_DAY:] = False
    return asked | (np.cumsum(early, axis=1) >= KNOWN_ENTRIES)


def first_week(pain: Floats) -> Floats:
    """(N,) NaN without an entry."""
    return _mean(pain[:, :FIRST_WEEK])


def either(one: Floats, other: Floats) -> Floats:
    """The mean of the two, or the one that is known."""
    mean = 0.5 * (one + other)
    return np.where(np.isnan(one), other, np.where(np.isnan(other), one, mean))


def _mean(pain: Floats) -> Floats:
    count = (~np.isnan(pain)).sum(axis=1)
    return np.where(count > 0, np.nansum(pain, axis=1) / np.maximum(count, 1), np.nan)
