"""Out of the steps: pain that comes back is noticed, a bad day is not."""

from datetime import date, timedelta

import pytest

from pathway.rules import came_back

TODAY = date(2026, 3, 2)


def diary(scores):
    """A score a day, the last one today; None is a day without one."""
    first = TODAY - timedelta(days=len(scores) - 1)
    return {first + timedelta(days=n): s for n, s in enumerate(scores) if s is not None}


def back(scores, at_discharge, **more):
    return came_back(diary(scores), TODAY, at_discharge=at_discharge, **more)


def test_discharged_at_6_from_6_and_now_a_little_less_is_nothing():
    """Pain never left: that it is about what it was before the steps is no news."""
    assert back([5.4] * 25, 6.0) is None
    assert back([7.9] * 25, 6.0) is None


@pytest.mark.parametrize(
    ("discharge", "limit"), [(0.0, 2.0), (1.0, 3.0), (6.0, 8.0), (7.0, 9.1), (8.0, 10.4)]
)
def test_back_is_2_points_and_30_per_cent_above_the_discharge(discharge, limit):
    found = back([10] * 25, discharge)
    if limit > 10:
        assert found is None
    else:
        assert (found.limit, found.at_discharge) == (pytest.approx(limit), discharge)
        assert back([limit - 0.1] * 25, discharge) is None
        assert back([limit] * 25, discharge) is not None


def test_a_few_bad_days_are_no_relapse():
    assert back([0] * 18 + [9] * 4, 0.5) is None


def test_the_mean_has_to_stay_up_for_seven_days():
    """2.5 is the limit: a fortnight's mean first gets there with seven of fourteen days at 5."""
    assert back([0] * 10 + [5] * 12, 0.5) is None
    assert back([0] * 10 + [5] * 13, 0.5) is not None


def test_too_few_entries_say_nothing():
    assert back([8, None, None, None] * 6, 1.0) is None
    assert came_back({}, TODAY, at_discharge=1.0) is None


def test_who_logs_weekly_is_watched_too():
    weekly = [8, *[None] * 6] * 4
    assert back(weekly, 1.0) is None
    assert back(weekly, 1.0, weekly=True).count_14 == 2


def test_without_the_level_at_discharge_there_is_nothing_to_measure_against():
    assert back([8] * 25, None) is None


def test_five_entries_in_each_fortnight_are_just_enough():
    fortnight = [8, None] * 5 + [None] * 4
    assert back(fortnight * 2, 1.0).count_14 == 5


def test_what_it_says_is_of_today():
    found = back([6] * 13 + [8] * 11 + [None], 1.0)
    assert (found.mean_14, found.count_14) == ((2 * 6 + 11 * 8) / 13, 13)
