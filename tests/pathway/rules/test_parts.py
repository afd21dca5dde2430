"""The pieces of arithmetic under the statuses."""

import numpy as np
import pytest

from pathway.rules import DEFAULT_RULES, function
from pathway.rules.baseline import baseline, baseline_known
from pathway.rules.courses import library
from pathway.rules.facts import facts
from pathway.rules.noise import whiten
from pathway.rules.status import relieved
from pathway.rules.trend import trend
from pathway.rules.windows import entry_age, rolling, run
from tests.pathway.rules.diaries import series

NAN = np.nan


def test_a_rolling_mean_skips_gaps_and_counts_entries():
    count, mean = rolling(np.array([[0.0, NAN, 4.0, NAN, NAN, 10.0]]), 3)

    np.testing.assert_array_equal(count, [[1, 1, 2, 1, 1, 1]])
    np.testing.assert_array_equal(mean, [[0, 0, 2, 4, 4, 10]])


def test_a_window_without_an_entry_has_no_mean():
    assert np.isnan(rolling(np.array([[5.0, NAN, NAN]]), 2)[1][0, 2])


def test_a_run_has_to_be_unbroken():
    held = run(np.array([[True, True, False, True, True, True]]), 2)

    assert held.tolist() == [[False, True, False, False, True, True]]
    assert not run(np.ones((1, 2), bool), 3).any()
    assert run(np.ones((1, 3), bool), 3).tolist() == [[False, False, True]]


def test_the_age_of_the_last_entry():
    age = entry_age(np.array([[NAN, 3.0, NAN, NAN, 0.0]]))

    assert age[0, 0] > 1000
    assert age[0, 1:].tolist() == [0, 1, 2, 0]


def start(pain, usual, **more):
    return baseline(series(pain, usual=usual, **more), DEFAULT_RULES)[0]


def test_the_baseline_halves_the_first_week_and_the_usual_pain():
    week = [7, 7, NAN, 7, 7, 7, 7, 0, 0]

    assert start(week, 5) == 6
    assert start(week, NAN) == 7
    assert start([NAN] * 9, 5) == 5
    assert np.isnan(start([NAN] * 9, NAN))
    assert start([0] * 9, 0) == 0


def test_a_cycle_starts_from_what_was_before_it():
    relief = [1] * 9

    assert start(relief, 7, cycle_started=True) == 7
    assert start(relief, 7, cycle_started=True, pain_before=np.array([8.0])) == 7.5
    assert start(relief, NAN, cycle_started=True, pain_before=np.array([8.0])) == 8
    assert np.isnan(start(relief, NAN, cycle_started=True))
    assert start(relief, 0, cycle_started=True) == 0
    assert start([3] * 9, 7, pain_before=np.array([8.0])) == 5


def test_a_baseline_is_known_after_three_early_entries_or_the_intake_answer():
    early = series([1, 2, NAN, 3, 4], usual=NAN)
    late = series([1, 2, *[NAN] * 8, 3, 4], usual=NAN)

    assert baseline_known(early).tolist() == [[False, False, False, True, True]]
    assert not baseline_known(late).any()
    assert baseline_known(series([1, 2, *[NAN] * 7, 3], usual=NAN))[0, 9]
    assert baseline_known(series([NAN], usual=5)).all()


def slopes(pain, last=None):
    pain = np.array([pain], float)
    found = trend(pain, np.array([pain.shape[1] - 1 if last is None else last]))
    return [round(float(part[0]), 6) for part in (found.slope, found.low, found.high)]


def test_a_straight_line_has_its_own_slope():
    assert slopes(9 - np.arange(56) / 14) == [-0.5, -0.5, -0.5]


def test_the_slope_reads_seven_weeks_that_end_on_the_last_day():
    pain = np.concatenate([np.full(70, 5.0), np.arange(49) / 7])

    assert slopes(pain)[0] == 1
    assert slopes(pain, last=69) == [0, 0, 0]


def test_the_slope_is_the_median_of_all_pairs_of_weeks():
    weeks = [8, 7, 9, 6, 6, 5, 4]
    pain = np.repeat(weeks, 7)
    pairs = [(weeks[j] - weeks[i]) / (j - i) for i in range(7) for j in range(i + 1, 7)]

    assert slopes(pain)[0] == pytest.approx(np.median(pairs), abs=1e-6)
    ordered = sorted(pairs)
    # Kendall: 1.2816 x sqrt(7 x 6 x 19 / 18) = 8.53; floor((21 - 8.53) / 2) = 6 on each side.
    assert slopes(pain)[1:] == pytest.approx([ordered[6], ordered[14]], abs=1e-6)


def test_four_weeks_with_two_entries_make_a_slope():
    pain = np.full(49, NAN)
    pain[[1, 2, 15, 16, 29, 30]] = 5, 7, 4, 6, 3, 5
    assert np.isnan(slopes(pain)).all()
    pain[[43, 44]] = 2, 4
    assert slopes(pain)[0] == -0.5
    pain[44] = NAN
    assert np.isnan(slopes(pain)).all()


def test_a_young_trial_has_no_slope():
    assert np.isnan(slopes([5.0] * 20)).all()
    assert slopes([5.0] * 28)[0] == 0


def share(forms, days, length=40):
    forms = np.array([forms], float)
    return function.share_of_first(*function.first_and_last(forms, np.array(days), length))[0]


def test_function_is_carried_forward_as_a_share_of_the_first_form():
    assert share([50, NAN, 40], [0, 14, 28])[[0, 13, 14, 27, 28, 39]].tolist() == [
        1,
        1,
        1,
        1,
        0.8,
        0.8,
    ]


def test_function_before_the_first_form_or_from_zero_is_not_known():
    assert np.isnan(share([50, 25], [5, 20])[4])
    assert share([NAN, 50, 25], [0, 5, 20])[[5, 20]].tolist() == [1, 0.5]
    assert np.isnan(share([0, 25], [0, 20])).all()
    assert np.isnan(share([], [])).all()


def likelihood_by_matrices(forms, course):
    """The same normal law written out as one covariance matrix."""
    design = np.stack([np.ones(len(forms)), course - 1], axis=1)
    prior = [
        [function.START_VARIANCE, function.START_WITH_GAIN],
        [function.START_WITH_GAIN, function.GAIN_VARIANCE],
    ]
    spread = design @ prior @ design.T + function.ERROR**2 * np.eye(len(forms))
    left = forms - design @ [function.START_MEAN, function.GAIN_MEAN]
    return -0.5 * (left @ np.linalg.solve(spread, left) + np.linalg.slogdet(spread)[1])


def test_the_evidence_of_the_forms_is_their_likelihood():
    forms = np.array([50.0, 44.0, 47.0, 30.0])
    courses = np.array([[1, 0.9, 0.8, 0.7], [1, 1, 1, 1], [1, 0.5, 0.4, 0.2]])

    found = function.course_evidence(forms[None, :], courses)[0]

    exact = np.array([likelihood_by_matrices(forms, course) for course in courses])
    # Only differences between courses matter.
    np.testing.assert_allclose(found - found[0], exact - exact[0], rtol=1e-3)


def test_a_form_that_was_not_filled_says_nothing():
    courses = np.array([[1, 0.9, 0.8], [1, 1, 1]])

    with_gap = function.course_evidence(np.array([[50.0, NAN, 40.0]]), courses)
    without = function.course_evidence(np.array([[50.0, 40.0]]), courses[:, [0, 2]])

    np.testing.assert_allclose(with_gap, without, rtol=1e-5)


def covariance(days):
    """The noise model written out as a matrix, in the units of a person's own scatter."""
    day = np.arange(days)
    apart = np.abs(day[:, None] - day[None, :])
    white = 0.12 + 1.5 * np.exp(-day / 6.0)
    return 0.7 * 0.45**apart + 0.3 * np.exp(-apart / 16) + np.diag(white)


def test_whitening_equals_the_inverse_of_the_covariance():
    days, logged = 40, np.random.default_rng(1).random(40) < 0.7
    basis = np.random.default_rng(2).random((3, days)).astype(np.float32)
    pain = np.where(logged, np.random.default_rng(3).random(days) * 10, NAN).astype(np.float32)

    white = whiten(pain[None, :], basis)[0]

    both = np.vstack([basis[:, logged], pain[logged]])
    exact = both @ np.linalg.solve(covariance(days)[np.ix_(logged, logged)], both.T)
    np.testing.assert_allclose(white.T @ white, exact, rtol=1e-4, atol=1e-4)
    assert not white[~logged].any()


def test_the_library_is_whole():
    courses = library(84)

    assert courses.curves.shape[1] == 84
    assert np.exp(courses.log_prior).sum() == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("days", [42, 84, 182, 364])
def test_a_few_shapes_span_the_library(days):
    courses = library(days)
    left_out = courses.mix.T @ courses.basis - courses.curves

    assert np.abs(left_out).max() < 0.015
    assert np.sqrt(np.square(left_out).mean()) < 0.0008


@pytest.mark.parametrize("days", [42, 84, 182])
def test_courses_are_sorted_by_what_they_mean(days):
    courses = library(days)
    end = courses.curves[:, -1]

    assert (end[courses.failing] > 0.7 - 1e-6).all()
    assert (end[: courses.failing.start] <= 0.7 + 1e-6).all()
    assert (end[courses.worsening] >= 1.1 - 1e-6).all()
    assert (end[: courses.worsening.start] < 1.1 + 1e-6).all()


def test_a_stalled_course_has_under_half_a_point_to_come():
    courses = library(84)
    course, day = np.argwhere(courses.stalled & (np.arange(84) < 60))[0]

    assert courses.curves[course, day:].min() > courses.curves[course, day] - 0.08 - 1e-6
    assert courses.stalled[:, -1].all()
    assert (np.diff(courses.stalled.astype(int), axis=1) >= 0).all()


def eased(trial):
    return relieved(facts(trial, DEFAULT_RULES), trial.pain, DEFAULT_RULES)


def relief(pain, day):
    return bool(eased(series(pain, usual=6.0, cycle_started=True))[0, day])


def test_relief_is_a_week_of_weekly_means_at_the_target_soon_after_the_cycle():
    day = np.arange(60)

    assert relief(np.where(day < 2, 6.0, 4.2), 20)
    assert not relief(np.where(day < 2, 6.0, 4.3), 20)
    assert relief(np.where(day < 10, 9.0, 0.0), 19)
    assert not relief(np.where(day < 10, 9.0, 0.0), 18)
    assert relief(np.where(day < 19, 9.0, 0.0), 28)
    assert not relief(np.where(day < 20, 9.0, 0.0), 29)


def test_relief_needs_three_entries_a_week_and_a_point():
    day = np.arange(60)
    three = np.where(np.isin(day % 7, [0, 2, 4]), 3.0, NAN)
    two = np.where(np.isin(day % 7, [0, 2]), 3.0, NAN)
    low = series(np.full(60, 1.0), usual=2.0, cycle_started=True)
    lower = series(np.full(60, 1.1), usual=2.0, cycle_started=True)

    assert relief(three, 12)
    assert not relief(two, 12)
    assert eased(low)[0, 12]
    assert not eased(lower)[0, 12]
    target = series(np.full(60, 3.5), usual=5.0, cycle_started=True)
    assert eased(target)[0, 12]


def test_late_relief_takes_a_fortnight_of_fortnightly_means():
    day = np.arange(84)
    late = np.where(day < 40, 6.0, 0.0)
    held = eased(series(late, usual=6.0, cycle_started=True))

    assert not held[0, :57].any()
    assert held[0, 57:].all()
