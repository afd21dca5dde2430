"""The slope that a clinician reads, against its textbook definition written out in full."""

from itertools import combinations
from math import floor, nan, sqrt
from statistics import median

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathway.rules.trend import trend

SCORE = st.one_of(st.none(), st.integers(0, 10))
DIARIES = st.lists(SCORE, min_size=30, max_size=90)


def by_the_book(scores):
    """Theil-Sen of the medians of the last seven weeks; Sen's interval at 80 % (Sen 1968)."""
    recent = scores[-49:]
    first_day = 49 - len(recent)
    weeks = {}
    for at, score in enumerate(recent, start=first_day):
        if score is not None:
            weeks.setdefault(at // 7, []).append(score)
    known = sorted((week, median(found)) for week, found in weeks.items() if len(found) >= 2)
    if len(known) < 4:
        return None
    slopes = sorted((b - a) / (w - v) for (v, a), (w, b) in combinations(known, 2))
    n = len(known)
    reach = 1.2815515655446004 * sqrt(n * (n - 1) * (2 * n + 5) / 18)
    out = max(floor((len(slopes) - reach) / 2), 0)
    return median(slopes), slopes[out], slopes[len(slopes) - 1 - out]


@given(DIARIES)
def test_the_slope_and_its_interval_are_those_of_the_book(scores):
    pain = np.array([[np.nan if score is None else score for score in scores]], np.float32)
    found = trend(pain, np.array([len(scores) - 1]))

    answer = (found.slope[0], found.low[0], found.high[0])
    assert answer == pytest.approx(by_the_book(scores) or [nan] * 3, nan_ok=True)


def test_each_trial_is_read_up_to_its_own_last_day():
    falling = np.tile(np.repeat([8.0, 7, 6, 5, 4, 3, 2, 9], 7), (2, 1)).astype(np.float32)
    found = trend(falling, np.array([48, 55]))

    assert found.slope[0] == pytest.approx(-1)
    assert found.slope[1] == pytest.approx(by_the_book([*falling[1]])[0])
