"""Trailing windows over the days of a trial. Every array is (trials, days)."""

import numpy as np

from pathway.rules.series import Bools, Floats


class Diary:
    """Running sums of a diary (N, T), taken once for all the windows that are read from it."""

    def __init__(self, pain: Floats) -> None:
        logged = ~np.isnan(pain)
        self._scores = np.where(logged, pain, 0.0)
        self.count = np.cumsum(logged, axis=1, dtype=np.float64)
        self.total = np.cumsum(self._scores, axis=1, dtype=np.float64)
        self.age = entry_age(pain)

    def over(self, days: int) -> tuple[Floats, Floats]:
        """Count of entries and their mean over the last `days` calendar days; NaN without one."""
        return _count_and_mean(_trailing(self.count, days), _trailing(self.total, days))

    def first(self, days: int) -> Floats:
        """(N, T) the mean of the first `days` days, of those that have come."""
        return _count_and_mean(_held(self.count, days), _held(self.total, days))[1]

    def before(self, ago: int, *, since: int, least: int) -> tuple[Floats, Floats, Floats]:
        """(N, T) count, mean and variance of the entries from day `since` to `ago` days before each day;
        NaN where there are fewer than `least`."""
        squares = np.cumsum(np.square(self._scores), axis=1, dtype=np.float64)
        count, total, square = (
            _after(each, since)[:, :-ago] for each in (self.count, self.total, squares)
        )
        count = np.where(count >= least, count, np.nan)
        mean = total / count
        variance = np.maximum(square / count - mean**2, 0)
        later = np.full((3, *self.count.shape), np.nan)
        later[:, :, ago:] = count, mean, variance
        return later[0], later[1], later[2]


def rolling(pain: Floats, days: int) -> tuple[Floats, Floats]:
    """One window of a diary, as `Diary.over`."""
    return Diary(pain).over(days)


def _trailing(total: Floats, days: int) -> Floats:
    last = total.copy()
    last[:, days:] -= total[:, :-days]
    return last


def _after(total: Floats, day: int) -> Floats:
    before = min(day, total.shape[1]) - 1
    return total - total[:, before : before + 1]


def _held(total: Floats, days: int) -> Floats:
    """As it was after the first `days` days, for good."""
    held = total.copy()
    held[:, days:] = total[:, days - 1 : days]
    return held


def _count_and_mean(count: Floats, total: Floats) -> tuple[Floats, Floats]:
    with np.errstate(invalid="ignore"):  # no score of no entry: 0 / 0
        return count, total / count


def run(condition: Bools, days: int) -> Bools:
    """True where the condition has held on `days` consecutive days that end today."""
    held, have = condition.copy(), 1
    while have < days:
        step = min(have, days - have)
        held[:, step:] = held[:, step:] & held[:, :-step]
        held[:, :step] = False
        have += step
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
