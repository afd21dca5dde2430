"""A rise above the person's own diary: how far is asked of it, and of whom."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pathway.rules import DEFAULT_RULES, Rules, Status, assess, facts, sentence
from tests.pathway.rules.diaries import NOTHING, numbers, people, series, series_of

DAY = np.arange(84)
PRESCRIBED = Rules(rise_over_before=99.0, worse_logodds=99.0)  # the rise above the start alone


def risen(points, day=40, level=5.0, swing=0.0):
    """Level, then higher; `swing` is how far every other day lies above and below it."""
    return np.where(day > DAY, level, level + points) + np.where(DAY % 2 == 0, swing, -swing)


def named(pain, rules=DEFAULT_RULES, **more):
    """The first day that says worse; None for never."""
    worse = assess(series(pain, **more), rules).status[0] == Status.WORSENING
    return int(worse.argmax()) if worse.any() else None


@pytest.mark.parametrize(("points", "days"), [(2.0, 10), (3.0, 6)])
def test_of_who_swings_little_a_rise_is_named_days_before_it_is_long_above_the_start(points, days):
    assert named(risen(points)) - 40 < days < named(risen(points), PRESCRIBED) - 40


def test_the_rise_above_the_start_alone_cannot_name_2_points_within_14_days():
    """Eleven of fourteen days at the new level, and that for five days: the fifteenth."""
    assert named(risen(2.0), PRESCRIBED) - 40 >= 14


def test_who_swings_widely_has_to_rise_further():
    calm, wild = numbers(risen(0.0)), numbers(risen(0.0, swing=3.0))

    assert wild.rise_bar > calm.rise_bar + 0.5
    assert named(risen(1.5)) is not None
    assert named(risen(1.5, swing=3.0), Rules(rise_points=99.0, worse_logodds=99.0)) is None


def test_the_bar_is_a_point_and_one_and_a_quarter_errors():
    """Half the days at 3, half at 7: a variance of 4 over 63 days, drawn to 1.2 by eight days."""
    scatter = np.sqrt((63 * 4 + 8 * 1.2) / 71)
    error = scatter * np.sqrt(1 / 14 + 1 / 63)
    assert numbers(risen(0.0, swing=2.0)).rise_bar == pytest.approx(1 + 1.25 * error, abs=0.01)


def test_pain_that_comes_back_to_where_it_began_is_no_worsening():
    fell = np.where((DAY >= 10) & (DAY < 45), 3.0, 6.0)
    assert named(fell) is None
    assert named(np.where(DAY >= 45, 7.0, fell)) is not None


def test_the_end_of_relief_is_a_relapse_and_no_worsening():
    """Usual pain was said half a point too low: back at 6 is above that start, and above the relief."""
    eased = np.where((DAY >= 2) & (DAY < 24), 2.0, 6.0)
    status = assess(series(eased, usual=5.5, cycle_started=True)).status

    assert Status.RELAPSE in status
    assert Status.WORSENING not in status
    beyond = np.where(DAY >= 24, 8.0, eased)
    assert Status.WORSENING in assess(series(beyond, usual=5.5, cycle_started=True)).status


def test_it_is_told_by_the_diary_before_where_that_is_the_greater_rise():
    fell = np.where(DAY < 7, 5.0, np.where(DAY < 50, 4.0, 6.0))
    found = numbers(fell[: named(fell) + 1])

    assert found.mean_14 - found.baseline < DEFAULT_RULES.rise_points
    assert "higher than at the start" in sentence(found)
    assert "higher than before the last 14 days" in sentence(found)


def test_of_who_logs_one_day_in_three_a_rise_is_named_within_a_fortnight():
    seldom = np.where(DAY % 3 == 0, risen(3.0, day=48), NOTHING)
    assert 48 < named(seldom, usual=5.0) <= 48 + 14


def test_the_mean_that_would_end_it_ends_it():
    pain = risen(2.0)[: named(risen(2.0)) + 3]
    found = numbers(pain)
    assert found.status is Status.WORSENING
    assert found.clears_at == pytest.approx(
        max(min(found.before + found.rise_bar, found.baseline + 1), found.baseline + 0.5), abs=0.01
    )
    assert found.clears_at <= found.mean_14


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6), fewer=st.floats(0, 3), more=st.floats(0, 3))
def test_more_errors_never_call_more_people_worse(seed, fewer, more):
    trials = series_of(people(of_each=1, seed=seed))
    strict = assess(trials, Rules(rise_errors=fewer + more)).status == Status.WORSENING
    mild = assess(trials, Rules(rise_errors=fewer)).status == Status.WORSENING

    assert not (strict & ~mild).any()


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_whoever_is_prescribed_to_be_called_worse_still_is(seed):
    trials = series_of(people(of_each=1, seed=seed))
    prescribed = assess(trials, PRESCRIBED).status == Status.WORSENING
    said = assess(trials).status

    assert (said[prescribed] == Status.WORSENING).all()


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_worse_is_said_only_of_a_mean_above_the_start(seed):
    trials = series_of(people(of_each=1, seed=seed))
    known = facts.facts(trials, DEFAULT_RULES)
    worse = assess(trials).status == Status.WORSENING

    assert ((known.mean_14 - known.baseline)[worse] >= DEFAULT_RULES.rise_over_start - 1e-6).all()
