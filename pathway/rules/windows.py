"""Trailing windows over the days of a trial. Every array is (trials, days)."""

import numpy as np

from pathway.rules.series import Bools, Floats


def rolling(pain: Floats, days: int) -> tuple[Floats, Floats]:
    """Count of entries and their mean over the last `days` calendar days; NaN without one."""
    logged = ~np.isnan(pain)
    count = _trailing_sum(logged, days)
    total = _trailing_sum(np.where(logged, pain, 0.0), days)
    return count, np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _trailing_sum(values: Floats | Bools, days: int) -> Floats:
    total = np.cumsum(values, axis=1, dtype=np.float64)
    total[:, days:] -= total[:, :-days].copy()
    return total


def run(condition: Bools, days: int) -> Bools:
    """True where the condition has held on `days` consecutive days that end today."""
    held = np.zeros_like(condition)
    if condition.shape[1] >= days:
        held[:, days - 1 :] = condition[:, days - 1 :]
        for back in range(1, days):
            held[:, days - 1 :] &= condition[:, days - 1 - back : condition.shape[1] - back]
    return held


def carried(begins: Bools, *, ends: Bools) -> Bools:
    """True from a day that begins it to the day before one that ends it; a day that does both begins."""
    day = np.arange(begins.shape[1])
    turned = np.maximum.accumulate(np.where(begins | ends, day, -1), axis=1)
    now = np.take_along_axis(begins, np.maximum(turned, 0), axis=1)
    return np.asarray(now & (turned >= 0))


def entry_age(pain: Floats) -> Floats:
    """Days since the last entry; very large before the first."""
    day = np.arange(pain.shape[1])
    last = np.maximum.accumulate(np.where(np.isnan(pain), -(10**6), day), axis=1)
    age: Floats = (day - last).astype(np.float64)
    return age
