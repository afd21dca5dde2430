"""The cases of the second edition of the clinical rules, each with its kind around it."""

import numpy as np
import pytest

from pathway.rules import Outcome, Rules, Status, assess, outcome_in, sentence, step_down
from tests.pathway.rules.diaries import NOTHING, numbers, series, turns

DAY = np.arange(84)


def labels(pain, **more):
    return [label for label, _day in turns(assess(series(pain, **more)).status[0])]


@pytest.mark.parametrize("level", [0.0, 1.0, 2.0, 2.9])
def test_pain_under_3_has_no_plateau(level):
    assert "PLATEAU" not in labels(np.full(84, level))


@pytest.mark.parametrize("level", [3.0, 4.0, 6.0])
def test_from_3_on_it_has(level):
    assert "PLATEAU" in labels(np.full(84, level))


def test_flat_at_1_with_a_low_form_is_a_step_down_and_nothing_else():
    assert step_down(series(np.full(84, 1.0)), np.array([True])).all()
    assert labels(np.full(84, 1.0)) == ["IN_PROGRESS"]


def test_without_pain_nothing_improves_and_no_target_is_shown():
    found = numbers(np.zeros(84), usual=0.0)

    assert labels(np.zeros(84), usual=0.0) == ["IN_PROGRESS"]
    assert (found.baseline, found.target, found.clears_at) == (0.0, None, None)
    assert "needs" not in sentence(found)


@pytest.mark.parametrize(("level", "usual"), [(5.0, 10.0), (5.0, 8.0), (3.0, 9.0), (4.0, 6.0)])
def test_usual_pain_alone_is_no_improvement(level, usual):
    said = labels(np.full(84, level), usual=usual)

    assert "IMPROVING" not in said
    assert "RESPONDED" not in said
    assert outcome_in(numbers(np.full(84, level), usual=usual)) is Outcome.NOT_RESPONDED


def test_a_diary_flat_at_5_after_a_usual_7_is_level_from_the_first_look_on():
    """Levelled off may be said from day 28; nothing but that is said of it at any time."""
    assert set(labels(np.full(84, 5.0), usual=7.0)) == {"IN_PROGRESS", "PLATEAU"}


@pytest.mark.parametrize(
    "week",
    [[10, 10, 9, 9, 8, 8, 7], [10, 9, 9, 8, 8, 7, 7], [10, 9, 8, 7, 7, 7, 7], [10, 7] + 5 * [7]],
)
def test_10_to_7_within_a_week_and_7_ever_after_is_a_response(week):
    scores = np.array([*week, *[7.0] * 77], float)
    found = numbers(scores, usual=10.0)

    assert found.status is Status.RESPONDED
    assert (found.baseline, found.target) == (10.0, pytest.approx(7.0))
    assert outcome_in(found) is Outcome.RESPONDED
    assert "PLATEAU" not in labels(scores, usual=10.0)


def test_one_bad_first_day_is_no_start():
    """Usual pain says 6: a first day of 10 does not make a response of 6."""
    scores = np.array([10.0] + [6.0] * 83)
    assert "RESPONDED" not in labels(scores, usual=6.0)


def test_relief_after_a_cycle_that_is_partly_gone_is_told_with_both_numbers():
    scores = np.where(DAY < 3, 8.0, np.where(DAY < 35, 2.0, 6.5))
    found = numbers(scores, usual=8.0, cycle_started=True)

    assert sentence(found) == "8.0 at the start, eased to 2.0, partly back: 6.5 now"
    assert "RELAPSE" not in labels(scores, usual=8.0, cycle_started=True)
    after_the_turn = assess(series(scores, usual=8.0, cycle_started=True)).status[0, 50:]
    assert Status.IMPROVING not in after_the_turn


@pytest.mark.parametrize("first", [0, 3, 10])
@pytest.mark.parametrize("days", [3, 4, 5])
def test_relief_of_some_days_is_no_relief_and_its_end_no_relapse(first, days):
    scores = np.where((first <= DAY) & (first + days > DAY), 0.0, 8.0)
    assert "RELAPSE" not in labels(scores, usual=8.0, cycle_started=True)


@pytest.mark.parametrize("days", [8, 14])
def test_relief_of_more_than_a_week_is_one(days):
    scores = np.where((DAY >= 2) & (2 + days > DAY), 2.0, 8.0)
    assert "RELAPSE" in labels(scores, usual=8.0, cycle_started=True)


def test_a_cycle_without_anything_from_before_is_unknown_and_never_worse():
    scores = np.where(DAY < 20, 2.0, 7.0)
    found = numbers(scores, usual=np.nan, cycle_started=True)

    assert labels(scores, usual=np.nan, cycle_started=True) == ["IN_PROGRESS", "INSUFFICIENT_DATA"]
    assert found.baseline is None
    assert outcome_in(found) is Outcome.UNKNOWN


@pytest.mark.parametrize("points", [2.0, 3.0])
@pytest.mark.parametrize("day", [20, 30, 45, 60])
def test_a_rise_is_worsening_within_a_fortnight_and_no_new_plateau_comes_first(points, day):
    status = assess(series(np.where(day > DAY, 5.0, 5.0 + points))).status[0]
    named = int((status == Status.WORSENING).argmax())

    assert day < named <= day + 14
    level_before = (status[:day] == Status.PLATEAU).any()
    assert level_before or Status.PLATEAU not in status[day : named + 1]


@pytest.mark.parametrize(("points", "is_worse"), [(1.4, False), (1.5, True)])
def test_15_points_on_five_days_are_enough_whatever_the_courses_say(points, is_worse):
    rise = series(np.where(DAY < 7, 4.0, 4.0 + points), usual=4.0)
    no_courses = Rules(worse_logodds=99.0)

    assert (Status.WORSENING in assess(rise, no_courses).status) is is_worse


def test_a_level_that_stays_a_point_above_the_start_is_at_last_a_plateau_called_higher():
    scores = np.where(DAY < 7, 5.0, 6.2)
    found = numbers(scores, usual=5.0)

    assert found.status is Status.PLATEAU
    assert "higher than at the start" in sentence(found)


@pytest.mark.parametrize("every", [3, 4, 5, 7])
def test_regular_logging_is_one_state_however_seldom(every):
    scores = np.where(DAY % every == 0, 6.0, NOTHING)
    assert "INSUFFICIENT_DATA" not in labels(scores, usual=6.0)


def test_a_person_who_logs_three_days_in_ten_falls_silent_once_at_most():
    rng = np.random.default_rng(8)
    logged = rng.random((300, 84)) < 0.3
    logged[:, 0] = True
    status = assess(series(np.where(logged, 6.0, NOTHING), usual=6.0)).status
    silent = status == Status.INSUFFICIENT_DATA
    spells = (silent[:, 1:] & ~silent[:, :-1]).sum(axis=1)

    assert spells.mean() <= 1.0


def test_who_stopped_logging_is_no_weekly_logger():
    """Daily for a fortnight, then nothing: silent after a week, not after two."""
    scores = np.where(DAY < 14, 6.0, NOTHING)
    first = dict(turns(assess(series(scores)).status[0]))["INSUFFICIENT_DATA"]
    assert first == 21


def test_who_logs_weekly_can_step_down_and_has_an_outcome():
    weekly = np.where(DAY % 7 == 0, np.where(DAY < 14, 6.0, 0.0), NOTHING)
    found = numbers(weekly, usual=6.0)

    assert step_down(series(weekly, usual=6.0), np.array([True])).all()
    assert (found.weekly, found.count_14) == (True, 2)
    assert outcome_in(found) is Outcome.RESPONDED


def test_who_logs_weekly_can_relapse():
    weekly = np.where(DAY % 7 == 0, np.where(DAY < 28, 1.0, 7.0), NOTHING)
    assert "RELAPSE" in labels(weekly, usual=7.0, cycle_started=True)


def test_the_start_is_shown_with_its_parts_and_the_bar_of_the_day():
    found = numbers(np.where(DAY < 7, 6.0, 5.0), usual=8.0)

    assert (found.usual_pain, found.first_week, found.baseline) == (8.0, 6.0, 7.0)
    assert found.opening == 6.0
    assert (found.stall >= found.bar) == (found.status is Status.PLATEAU)


@pytest.mark.parametrize(("weeks", "is_worse"), [(2, False), (4, True)])
def test_of_who_logs_weekly_a_rise_has_to_hold_for_a_fortnight(weeks, is_worse):
    high = np.isin(DAY // 7, 6 + np.arange(weeks))
    weekly = np.where(DAY % 7 == 0, np.where(high, 7.0, 5.0), NOTHING)
    assert ("WORSENING" in labels(weekly, usual=5.0)) is is_worse
