"""The slope shown to the clinician. It explains a flag; it never raises one."""

from dataclasses import dataclass

import numpy as np

from pathway.rules.series import Floats, Ints

WEEKS = 7
ENTRIES_A_WEEK = 2
WEEKS_NEEDED = 4
Z_80 = 1.2815515655446004  # two-sided 80 %


@dataclass(frozen=True, slots=True)
class Trend:
    """Theil-Sen slope of weekly medians, points per week (N,), with its 80 % interval; NaN
    with fewer than four weeks that have two entries. Interval after Kendall (Sen 1968)."""

    slope: Floats
    low: Floats
    high: Floats


def trend(pain: Floats, last: Ints) -> Trend:
    """The trend of the seven weeks that end on each trial's `last` day; `pain` is (N, T)."""
    medians = _weekly_medians(_recent(pain, last))
    earlier, later = np.triu_indices(WEEKS, 1)
    slopes = np.sort((medians[:, later] - medians[:, earlier]) / (later - earlier), axis=1)
    pairs = (~np.isnan(slopes)).sum(axis=1)
    weeks = (~np.isnan(medians)).sum(axis=1)
    known = weeks >= WEEKS_NEEDED
    cut = _cut(pairs, weeks)
    places = ((pairs - 1) // 2, pairs // 2, cut, pairs - 1 - cut)
    left, right, low, high = (np.where(known, _pick(slopes, at), np.nan) for at in places)
    return Trend(slope=0.5 * (left + right), low=low, high=high)


def _cut(pairs: Ints, weeks: Ints) -> Ints:
    """How many of the ordered slopes lie outside the interval on each side."""
    reach = Z_80 * np.sqrt(weeks * (weeks - 1) * (2 * weeks + 5) / 18)
    return np.maximum(np.floor((pairs - reach) / 2), 0).astype(np.intp)


def _recent(pain: Floats, last: Ints) -> Floats:
    """(N, weeks, 7) the blocks that end on the last day, oldest first."""
    day = last[:, None] - np.arange(7 * WEEKS)[::-1]
    recent = np.take_along_axis(pain, np.maximum(day, 0), axis=1)
    return np.where(day >= 0, recent, np.nan).reshape(len(pain), WEEKS, 7)


def _weekly_medians(recent: Floats) -> Floats:
    """(N, weeks) medians; NaN with under two entries."""
    ordered = np.sort(recent, axis=2).reshape(-1, 7)
    count = (~np.isnan(ordered)).sum(axis=1)
    median = 0.5 * (_pick(ordered, (count - 1) // 2) + _pick(ordered, count // 2))
    return np.where(count >= ENTRIES_A_WEEK, median, np.nan).reshape(recent.shape[:2])


def _pick(ordered: Floats, place: Ints) -> Floats:
    place = np.clip(place, 0, ordered.shape[1] - 1)
    return np.take_along_axis(ordered, place[:, None], axis=1)[:, 0]
