"""The log-odds against the same law written out with whole matrices, one trial at a time."""

import numpy as np
import pytest

from pathway.rules import TrialSeries
from pathway.rules.courses import library
from pathway.rules.function import course_evidence
from pathway.rules.posterior import signals
from tests.pathway.rules.diaries import people, series, series_of
from tests.pathway.rules.test_parts import covariance

EVERY_DAY = np.ones((1, 84), bool)


def by_matrices(trial, day):
    """(stall, fail, worse) of the first trial on a day, from the covariance of its entries."""
    courses = library(trial.window_days)
    pain = trial.pain[0, : day + 1].astype(float)
    logged = ~np.isnan(pain)
    curves, pain = courses.curves[:, : day + 1][:, logged].astype(float), pain[logged]
    precision = np.linalg.inv(covariance(day + 1)[np.ix_(logged, logged)])
    usual = trial.usual_pain[0]
    mean, sd = (6.0, 2.0) if np.isnan(usual) else (usual, 1.2)
    prior = (1.1 / sd) ** 2
    on_course = np.einsum("kt,ts,ks->k", curves, precision, curves) + prior
    with_pain = curves @ precision @ pain + prior * mean
    scores = pain @ precision @ pain + prior * mean**2
    left = np.maximum(scores - with_pain**2 / on_course, 1e-3) + 6 * 1.1**2
    score = -0.5 * (len(pain) + 6) * np.log(left) - 0.5 * np.log(on_course) + courses.log_prior
    if trial.function is not None:
        known = trial.function_days <= day
        forms = trial.function[:1, known]
        score += course_evidence(forms, courses.curves[:, trial.function_days[known]])[0]
    weight = np.exp(score - score.max())
    return meanings(courses, weight / weight.sum(), day)


def meanings(courses, weight, day):
    end, last = courses.curves[:, -1], courses.curves.shape[1] - 1
    soon = courses.stalled[:, min(day + 7, last)]
    long = courses.stalled[:, max(day - (last + 1) // 4, 0)]
    stalled = (end > 0.7) * (0.5 * soon + 0.5 * long)
    shares = [weight @ stalled, weight @ (end > 0.7), weight @ (end >= 1.1)]
    return [np.log(share / (1 - share)) for share in np.clip(shares, 1e-4, 1 - 1e-4)]


def signals_of(trial):
    found = signals(trial, np.broadcast_to(EVERY_DAY, trial.pain.shape))
    return np.stack([found.stall[0], found.fail[0], found.worse[0]], axis=1)


@pytest.mark.parametrize("usual", [5.0, np.nan])
@pytest.mark.parametrize("with_forms", [False, True])
@pytest.mark.parametrize("row", [2, 7, 22, 34])
def test_the_log_odds_are_those_of_bayes_rule(row, with_forms, usual):
    cast = people(seed=8).only(np.array([row]))
    forms = {} if with_forms else {"function": None, "function_days": None}
    trial = series_of(cast, usual_pain=np.array([usual]), **forms)

    found = signals_of(trial)

    for day in (14, 20, 27, 28, 41, 50, 69, 83):
        np.testing.assert_allclose(found[day], by_matrices(trial, day), atol=0.04)


def test_days_that_are_not_asked_for_or_outside_the_window_have_no_odds():
    asked = np.zeros((2, 100), bool)
    asked[0, [5, 20, 30, 84, 99]] = True

    found = signals(series(np.full((2, 100), 6.0)), asked)

    assert np.flatnonzero(~np.isnan(found.stall[0])).tolist() == [20, 30]
    assert np.isnan(found.fail[1]).all()
    assert asked[0, 5]


def test_some_rows_of_a_block_can_be_asked_on_different_days():
    cast = people(seed=8)
    everyone = signals(series_of(cast), np.ones(cast.pain.shape, bool))
    asked = np.random.default_rng(0).random(cast.pain.shape) < 0.1

    some = signals(series_of(cast), asked)

    asked[:, :14] = False
    np.testing.assert_array_equal(some.stall[asked], everyone.stall[asked])
    assert np.isnan(some.worse[~asked]).all()


def test_odds_are_clipped_where_float32_knows_no_more():
    steep = TrialSeries(np.array([[9.0] * 10 + [0.0] * 74], np.float32), np.array([9.0]), 84)

    found = signals_of(steep)

    assert found[83, 1] == pytest.approx(np.log(1e-4 / (1 - 1e-4)), rel=1e-3)
    assert np.nanmax(np.abs(found)) < 9.3


def test_the_answer_is_in_single_precision():
    assert signals(series(np.full(84, 6.0)), EVERY_DAY).stall.dtype == np.float32
