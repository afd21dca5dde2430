"""A sudden rise in one diary, for the page after a log; the nightly sweep works out the same."""

from pathway.rules.series import Bools, Floats
from pathway.rules.windows import rolling

DAYS_READ = 21


def sudden_rise(week: Floats, earlier: Floats, points: float) -> Bools:
    """Whether the 7-day mean is that much over the mean of the 14 days before; False if one is missing."""
    return week - earlier >= points


def has_risen(pain: Floats, points: float) -> bool:
    """`pain` (21,): the last three weeks' days, today last; NaN where nothing was logged."""
    _, week = rolling(pain[None, :], 7)
    _, fortnight = rolling(pain[None, :], 14)
    return bool(sudden_rise(week[0, -1:], fortnight[0, -8:-7], points)[0])
