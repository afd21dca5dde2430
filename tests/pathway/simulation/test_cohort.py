"""Simulated people: reproducible, plausible, and with the gaps that were asked for."""

from dataclasses import replace

import numpy as np
import pytest

from pathway.simulation import (
    COURSES,
    MISSING,
    Course,
    Settings,
    cohort,
    diary_before,
    scenarios,
    simulate,
)
from pathway.simulation.diary import flares, gaps, intake_flare, wander, weekdays
from pathway.simulation.settings import Noise
from pathway.simulation.stress import even_numbers, once_a_week, repeat_yesterday

CLINIC = Settings()


def rng(seed=0):
    return np.random.default_rng(seed)


def missing_share(kind, people=300):
    return np.isnan(cohort(people, Settings(missing=MISSING[kind]), 1, (Course.FLAT,)).pain).mean()


def test_the_same_seed_gives_the_same_people():
    one, other = cohort(5, CLINIC, 9), cohort(5, CLINIC, 9)

    np.testing.assert_array_equal(one.pain, other.pain)
    np.testing.assert_array_equal(one.function, other.function)
    assert not np.array_equal(one.pain, cohort(5, CLINIC, 10).pain, equal_nan=True)


def test_a_kind_does_not_depend_on_the_others_drawn():
    alone = cohort(5, CLINIC, 9, (Course.FLAT,))
    among = cohort(5, CLINIC, 9)

    np.testing.assert_array_equal(alone.pain, among.only(among.course == Course.FLAT).pain)


def test_a_cohort_has_every_kind_in_equal_number():
    people = cohort(3, CLINIC, 1)

    assert len(people) == 3 * len(COURSES)
    assert {course: (people.course == course).sum() for course in COURSES} == dict.fromkeys(
        COURSES, 3
    )


def test_scores_are_whole_and_on_their_scales():
    people = cohort(20, CLINIC, 2, tuple(Course))
    given = people.pain[~np.isnan(people.pain)]

    assert set(given) == set(range(11))
    assert set(people.usual_pain) <= set(range(11))
    assert np.nanmin(people.function) >= 0
    assert np.nanmax(people.function) <= 100


def test_the_first_day_and_the_first_form_are_always_there():
    people = cohort(20, Settings(missing=MISSING["m60"]), 2)

    assert not np.isnan(people.pain[:, 0]).any()
    assert not np.isnan(people.function[:, 0]).any()
    assert people.function_days.tolist() == [0, 14, 28, 42, 56, 70]


@pytest.mark.parametrize(
    ("kind", "share"), [("none", 0), ("default", 0.31), ("m30", 0.32), ("m45", 0.46), ("m60", 0.61)]
)
def test_the_share_of_missing_days(kind, share):
    assert missing_share(kind) == pytest.approx(share, abs=0.04)


def test_a_tenth_stop_for_good():
    people = cohort(400, CLINIC, 3, (Course.FLAT,))
    silent_month = np.isnan(people.pain[:, -28:]).all(axis=1)

    assert 0.03 < silent_month.mean() < 0.12


def test_recovered_people_stop_logging():
    usual = np.concatenate([np.full((500, 40), 8.0), np.full((500, 40), 1.0)], axis=1)
    gone = gaps(usual, MISSING["recovered_stop"], rng())

    assert gone[:, 45:].mean() > gone[:, 5:35].mean() + 0.3


def test_no_gaps_where_none_are_asked_for():
    assert not gaps(np.full((10, 84), 6.0), MISSING["none"], rng()).any()


def test_gaps_can_be_drawn_for_a_very_short_trial():
    assert gaps(np.full((50, 3), 6.0), MISSING["default"], rng()).shape == (50, 3)


def test_noise_has_the_published_size_and_memory():
    path = wander(2000, 84, Noise(), rng())
    neighbours = np.mean([np.corrcoef(row[:-1], row[1:])[0, 1] for row in path])

    assert path.std(axis=1).mean() == pytest.approx(1.1, abs=0.12)
    assert 0.3 < neighbours < 0.6


def test_a_week_has_a_pattern_that_repeats_and_sums_to_nothing():
    week = weekdays(50, 28, Noise(), rng())

    np.testing.assert_allclose(week[:, :7], week[:, 7:14])
    np.testing.assert_allclose(week[:, :7].sum(axis=1), 0, atol=1e-9)
    assert np.abs(week).max() <= 0.6


def test_half_start_in_a_flare_that_passes():
    flare = intake_flare(1000, 84, Noise(), rng())

    assert (flare[:, 0] > 0).mean() == pytest.approx(0.5, abs=0.05)
    assert flare[:, 0].max() <= 2.5
    assert flare[:, 60:].max() < 0.01


def test_flares_come_without_warning_and_more_often_in_the_restless():
    calm = flares(Course.FLAT, 400, 84, Noise(), rng())
    restless = flares(Course.FLUCTUATING_RESPONDER, 400, 84, Noise(), rng())

    assert calm.min() == 0
    assert 0 < calm.mean() < restless.mean() / 2
    np.testing.assert_allclose(
        flares(Course.FLUCTUATING_FLAT, 9, 84, Noise(), rng()).mean(axis=1), 0, atol=1e-9
    )


def test_function_follows_pain_in_most_people():
    people = cohort(400, CLINIC, 4, (Course.RECOVERY,))
    better = 1 - people.truth[:, 70] / people.truth[:, 0]
    gained = people.function[:, 0] - people.function[:, 5]
    both = ~np.isnan(gained)

    assert 0.15 < np.corrcoef(better[both], gained[both])[0, 1] < 0.8
    assert np.nanmean(gained) > 10


def test_a_diary_before_a_procedure_knows_the_level():
    people = cohort(300, CLINIC, 5, (Course.PROCEDURE_RELAPSE,))
    before = diary_before(people, CLINIC, rng())

    assert before.shape == (300,)
    assert np.abs(before - people.truth[:, 0]).mean() < 0.8
    assert (before - people.truth[:, 0]).mean() == pytest.approx(0, abs=0.15)


def test_some_of_the_people_keep_their_truth():
    people = cohort(2, CLINIC, 6)
    few = people.only(np.array([3, 1]))

    assert list(few.course) == [people.course[3], people.course[1]]
    np.testing.assert_array_equal(few.truth, people.truth[[3, 1]])
    np.testing.assert_array_equal(few.function_days, people.function_days)


def test_a_demo_clinic_can_be_filled_person_by_person():
    person = simulate(Course.SLOW_IMPROVER, 1, Settings(days=126), rng(60))

    assert person.pain.shape == (1, 126)
    assert person.responds.tolist() == [True]


def test_repeating_yesterday():
    people = cohort(300, Settings(missing=MISSING["none"]), 7, (Course.FLAT,))
    again = repeat_yesterday(people, rng())

    same_before = (np.diff(people.pain, axis=1) == 0).mean()
    assert (np.diff(again.pain, axis=1) == 0).mean() > same_before + 0.05
    changed = (again.pain != people.pain).any(axis=1).mean()
    assert changed == pytest.approx(0.3, abs=0.08)


def test_repeating_yesterday_invents_no_entries():
    people = cohort(50, CLINIC, 7, (Course.FLAT,))

    again = repeat_yesterday(people, rng())

    np.testing.assert_array_equal(np.isnan(again.pain), np.isnan(people.pain))


def test_even_numbers_only():
    people = even_numbers(cohort(200, CLINIC, 8, (Course.FLAT,)), rng())
    even = (np.nan_to_num(people.pain) % 2 == 0).all(axis=1)

    assert even.mean() == pytest.approx(0.3, abs=0.08)


def test_one_entry_in_each_week():
    people = once_a_week(cohort(50, Settings(missing=MISSING["none"]), 8, (Course.FLAT,)), rng())
    weekly = (~np.isnan(people.pain)).reshape(50, 12, 7).sum(axis=2)

    assert (weekly[:, 1:] == 1).all()
    assert set(weekly[:, 0]) <= {1, 2}


@pytest.mark.parametrize("days", [84, 182])
def test_every_stress_case_can_be_drawn(days):
    names = [scenario.name for scenario in scenarios(days)]
    assert len(names) == len(set(names)) == 16

    for scenario in scenarios(days):
        people = cohort(2, scenario.settings, 1, (Course.FLAT,))
        if scenario.habit is not None:
            people = scenario.habit(people, rng())
        assert people.pain.shape == (2, days)


def test_a_stress_case_changes_what_its_name_says():
    cases = {scenario.name: scenario.settings for scenario in scenarios(84)}
    usual = CLINIC.noise

    assert cases["nothing missing"] == replace(CLINIC, missing=MISSING["none"])
    assert cases["scatter x 0.7"].noise == replace(usual, sd_median=0.77)
    assert cases["twice the flares"].noise.flares_per_day == 2 * usual.flares_per_day
    assert cases["slow wander 40-70 %"].noise.slow_share == (0.4, 0.7)
