"""Out of the steps: pain that comes back is noticed, a bad day is not."""

from datetime import date, timedelta

from pathway.rules import came_back

TODAY = date(2026, 3, 2)


def diary(scores):
    """A score a day, the last one today; None is a day without one."""
    first = TODAY - timedelta(days=len(scores) - 1)
    return {first + timedelta(days=n): s for n, s in enumerate(scores) if s is not None}


def test_back_at_the_old_intensity_for_five_days():
    found = came_back(diary([6] * 20), TODAY, baseline=6.0, at_discharge=None)
    assert (found.mean_14, found.count_14, found.limit) == (6.0, 14, 0.9 * 6.0)


def test_two_points_over_the_discharge_are_enough():
    assert came_back(diary([3] * 20), TODAY, baseline=7.0, at_discharge=1.0).limit == 3.0
    assert came_back(diary([2] * 20), TODAY, baseline=7.0, at_discharge=1.0) is None


def test_discharged_without_pain_zero_is_a_value():
    assert came_back(diary([2] * 20), TODAY, baseline=None, at_discharge=0.0).limit == 2.0


def test_a_few_bad_days_are_no_relapse():
    assert came_back(diary([0] * 16 + [9] * 4), TODAY, baseline=6.0, at_discharge=0.5) is None


def test_the_mean_has_to_stay_up_for_five_days():
    """High enough today and three days back, not four: the fortnight has only just got there."""
    scores = [0] * 10 + [5] * 8
    assert came_back(diary(scores), TODAY, baseline=6.0, at_discharge=0.4) is None
    assert came_back(diary([0] * 10 + [5] * 12), TODAY, baseline=6.0, at_discharge=0.4) is not None


def test_too_few_entries_say_nothing():
    scores = [8, None, None, None] * 5
    assert came_back(diary(scores), TODAY, baseline=6.0, at_discharge=1.0) is None
    assert came_back({}, TODAY, baseline=6.0, at_discharge=1.0) is None


def test_without_a_start_there_is_nothing_to_measure_against():
    assert came_back(diary([8] * 20), TODAY, baseline=None, at_discharge=None) is None


def test_five_entries_in_each_fortnight_are_just_enough():
    fortnight = [8, None] * 5 + [None] * 4
    assert came_back(diary(fortnight * 2), TODAY, baseline=6.0, at_discharge=1.0).count_14 == 5


def test_what_it_says_is_of_today():
    found = came_back(diary([6] * 13 + [8] * 4 + [None]), TODAY, baseline=6.0, at_discharge=None)
    assert (found.mean_14, found.count_14) == ((9 * 6 + 4 * 8) / 13, 13)
