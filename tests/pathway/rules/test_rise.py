"""A sudden rise of one diary: the same answer as the night's review of a trial."""

import numpy as np
import pytest

from pathway.rules import has_risen
from tests.pathway.rules.test_numbers import numbers

NOTHING = [np.nan]


def diary(before, week):
    return np.array([*before, *week], float)


@pytest.mark.parametrize(
    ("before", "week", "risen"),
    [
        ([4] * 14, [6] * 7, True),
        ([4] * 14, [5.9] * 7, False),
        ([4] * 14, [4] * 6 + [10], False),
        ([4] * 14, NOTHING * 6 + [6], True),
        (NOTHING * 13 + [0], [2] * 7, True),
        (NOTHING * 14, [10] * 7, False),
        ([0] * 14, NOTHING * 7, False),
    ],
)
def test_two_points_over_the_fortnight_before(before, week, risen):
    assert has_risen(diary(before, week), 2.0) is risen


def test_the_review_of_the_same_days_says_the_same():
    days = np.where(np.arange(84) < 77, 4.0, 6.0)

    assert numbers(days).sudden_rise is has_risen(days[-21:], 2.0)
