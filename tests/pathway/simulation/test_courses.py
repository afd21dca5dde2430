"""Each kind of course does what its name says."""

import numpy as np
import pytest

from pathway.simulation import (
    PLATEAUS,
    RESPONDERS,
    STRESS_PLATEAUS,
    STRESS_RESPONDERS,
    Course,
    Settings,
    truth,
)
from pathway.simulation.courses import usual_pain


def courses_of(course, days=84, people=40, settings=None):
    rng = np.random.default_rng([1, days])
    return usual_pain(course, people, settings or Settings(days=days), rng)


@pytest.mark.parametrize("days", [84, 182])
@pytest.mark.parametrize("course", Course)
def test_pain_stays_on_its_scale_and_starts_in_the_clinics_range(course, days):
    usual = courses_of(course, days)

    assert usual.shape == (40, days)
    assert usual.min() >= 0
    assert usual.max() <= 10
    assert usual[:, 0].min() >= 4
    assert usual[:, 0].max() <= 9


@pytest.mark.parametrize("days", [84, 182])
@pytest.mark.parametrize("course", RESPONDERS + STRESS_RESPONDERS)
def test_responders_end_a_third_lower(course, days):
    responds, plateaus, onset = truth(courses_of(course, days))

    assert responds.all()
    assert not plateaus.any()
    assert (onset == -1).all()


@pytest.mark.parametrize("days", [84, 182])
@pytest.mark.parametrize("course", PLATEAUS + STRESS_PLATEAUS)
def test_plateaus_never_get_there(course, days):
    responds, plateaus, onset = truth(courses_of(course, days))

    assert plateaus.mean() > 0.9
    assert not responds.any()
    assert (onset[plateaus] >= 0).all()
    assert (onset[plateaus] < days).all()


def test_pain_that_falls_and_rises_again():
    for course in (Course.FALL_THEN_RISE, Course.PROCEDURE_RELAPSE):
        usual = courses_of(course)
        assert (usual.min(axis=1) < 0.7 * usual[:, 0]).all()
        assert (usual[:, -1] > usual.min(axis=1) + 0.5).mean() > 0.9


def test_worsening_rises_by_one_to_three_points():
    usual = courses_of(Course.WORSENING)
    rise = usual[:, -1] - usual[:, 0]

    assert rise.min() > 0.5
    assert rise.max() <= 3


def test_grey_courses_end_between_the_two_truths():
    usual = courses_of(Course.GREY_PARTIAL)
    lower = 1 - usual[:, -1] / usual[:, 0]

    assert lower.min() >= 0.25 - 1e-9
    assert lower.max() <= 0.33 + 1e-9


def test_a_pause_is_two_to_four_weeks_long():
    still = (np.diff(courses_of(Course.PAUSE_RESPONDER), axis=1) > -1e-9).sum(axis=1)

    assert still.min() >= 12
    assert still.max() <= 28


def test_a_staircase_is_flat_between_two_to_four_steps():
    steps = (np.diff(courses_of(Course.STAIRCASE_RESPONDER), axis=1) < -1e-9).sum(axis=1)

    assert set(steps) <= {1, 2, 3, 4}
    assert (steps >= 2).mean() > 0.8


def test_the_truth_of_three_courses():
    day = np.arange(84)
    flat = np.full(84, 6.0)
    early = np.where(day < 30, 6.0 - day / 30, 5.0)
    better = np.linspace(6, 4, 84)

    responds, plateaus, onset = truth(np.stack([flat, early, better]))

    assert responds.tolist() == [False, False, True]
    assert plateaus.tolist() == [True, True, False]
    assert onset.tolist() == [0, 16, -1]


def test_a_narrow_clinic_draws_only_its_own_people():
    narrow = Settings(baseline_mean=4.8, baseline_sd=0.5, baseline_range=(4.0, 5.5))
    start = courses_of(Course.FLAT, people=300, settings=narrow)[:, 0]

    assert 4.0 <= start.min() < start.max() <= 5.5
