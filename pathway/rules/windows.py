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

    def variance_over(self, days: int) -> tuple[Floats, Floats]:
        """Count of entries and their variance over the last `days` days; 0 without one."""
        entries = _trailing(self.count, days)
        count = np.maximum(entries, 1)
        squares = np.cumsum(np.square(self._scores), axis=1, dtype=np.float64)
        mean = _trailing(self.total, days) / count
        return entries, np.maximum(_trailing(squares, days) / count - mean**2, 0)

    def first(self, days: int) -> Floats:
        """(N, T) the mean of the first `days` days, of those that have come."""
        return _count_and_mean(_held(self.count, days), _held(self.total, days))[1]

    def since(self, day: int, entries: int) -> Floats:
        """(N, T) the mean of all from `day` on, with at least so many entries."""
        before = min(day, self.count.shape[1]) - 1
        count = self.count - self.count[:, before : before + 1]
        total = self.total - self.total[:, before : before + 1]
        return np.where(count >= entries, total / np.maximum(count, 1), np.nan)


def rolling(pain: Floats, days: int) -> tuple[Floats, Floats]:
    """One window of a diary, as `Diary.over`."""
    return Diary(pain).over(days)


def _trailing(total: Floats, days: int) -> Floats:
    last = total.copy()
    last[:, days:] -= total[:, :-days]
    return last


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
