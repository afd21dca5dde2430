"""Other ways of keeping a diary: each takes away or bends what its name says, and nothing else."""

import numpy as np
import pytest

from pathway.simulation import MISSING, Course, Settings, cohort
from pathway.simulation.stress import (
    Scenario,
    fives_and_tens,
    giving_up,
    mostly_in_flares,
    once_a_week,
    only_function_better,
    only_on_bad_days,
    only_pain_better,
    scenarios,
    three_days_in_ten,
    ways_of_logging,
)

FULL = Settings(missing=MISSING["none"])
FLAT = (Course.FLAT,)


@pytest.fixture(scope="module")
def people():
    """Sixty people on a level course who log every day."""
    return cohort(60, FULL, 3, FLAT)


def kept(habit, people):
    """(N, T) the days that are left, after a look that nothing else was changed."""
    after = habit(people, np.random.default_rng(1))
    left = ~np.isnan(after.pain)
    np.testing.assert_array_equal(after.pain[left], people.pain[left])
    np.testing.assert_array_equal(after.function, people.function)
    return left


def test_on_bad_days_only_leaves_the_worse_half(people):
    left = kept(only_on_bad_days, people)
    middle = np.median(people.pain, axis=1, keepdims=True)
    assert left[people.pain > middle].all()
    assert not left[:, 1:][(people.pain < middle)[:, 1:]].any()
    assert left[:, 1:][(people.pain == middle)[:, 1:]].mean() == pytest.approx(0.3, abs=0.03)


def test_mostly_in_flares_keeps_every_flare_and_a_third_of_the_rest(people):
    left = kept(mostly_in_flares, people)
    flare = people.pain >= people.truth + 2
    assert flare.any()
    assert left[flare].all()
    assert left[:, 1:][~flare[:, 1:]].mean() == pytest.approx(1 / 3, abs=0.03)


@pytest.mark.parametrize("habit", [only_on_bad_days, mostly_in_flares, three_days_in_ten])
def test_the_first_day_is_always_logged(people, habit):
    assert kept(habit, people)[:, 0].all()


def test_three_days_in_ten(people):
    assert kept(three_days_in_ten, people)[:, 1:].mean() == pytest.approx(0.3, abs=0.02)


def test_who_gives_up_logs_every_day_until_then_and_none_after(people):
    left = kept(giving_up, people)
    days = left.sum(axis=1)
    assert (left == (np.arange(left.shape[1]) < days[:, None])).all()
    assert days.min() >= 14
    assert days.max() < left.shape[1]
    assert len(set(days)) > 20


def test_once_a_week_leaves_one_day_of_each_week_and_the_first(people):
    weeks = kept(once_a_week, people).reshape(len(people), -1, 7).sum(axis=2)
    assert (weeks[:, 1:] == 1).all()
    assert set(weeks[:, 0]) == {1, 2}


def test_some_say_only_five_numbers_and_never_another_than_the_nearest(people):
    after = fives_and_tens(people, np.random.default_rng(1)).pain
    picky = (after != people.pain).any(axis=1)
    assert picky.mean() == pytest.approx(0.3, abs=0.15)
    assert set(after[picky].ravel()) <= {0, 3, 5, 7, 10}
    assert np.abs(after - people.pain).max() <= 1.5


def test_gaps_stay_gaps_whatever_number_somebody_prefers():
    gappy = cohort(60, Settings(), 3, FLAT)
    after = fives_and_tens(gappy, np.random.default_rng(1)).pain
    np.testing.assert_array_equal(np.isnan(after), np.isnan(gappy.pain))


@pytest.mark.parametrize(
    ("habit", "least", "most"), [(only_function_better, 0.3, 0.75), (only_pain_better, -0.15, 0.15)]
)
def test_function_goes_its_own_way_from_the_same_start(people, habit, least, most):
    after = habit(people, np.random.default_rng(1))
    np.testing.assert_array_equal(after.pain, people.pain)
    gain = 1 - np.nanmean(after.function[:, -1]) / np.nanmean(people.function[:, 0])
    assert least <= gain <= most
    np.testing.assert_array_equal(np.isnan(after.function), np.isnan(people.function))
    assert np.nanmin(after.function) >= 0
    assert np.nanmax(after.function) <= 100


def test_better_function_begins_where_it_was(people):
    after = only_function_better(people, np.random.default_rng(1)).function
    np.testing.assert_array_equal(after[:, 0], people.function[:, 0])


@pytest.mark.parametrize("listed", [scenarios, ways_of_logging])
def test_every_scenario_has_a_name_of_its_own_and_a_difference_of_its_own(listed):
    found = listed(84)
    assert len({each.name for each in found}) == len(found)
    assert len({(repr(each.settings), each.habit) for each in found}) == len(found)
    assert {each.settings.days for each in found} == {84}


@pytest.mark.parametrize(
    "scenario", [*scenarios(84), *ways_of_logging(84)], ids=lambda each: each.name
)
def test_people_of_every_scenario_can_be_drawn(scenario: Scenario):
    drawn = cohort(3, scenario.settings, 5, FLAT)
    after = scenario.habit(drawn, np.random.default_rng(1)) if scenario.habit else drawn
    given = after.pain[~np.isnan(after.pain)]
    assert set(given) <= set(range(11))
    assert not np.isnan(after.pain[:, 0]).any()
