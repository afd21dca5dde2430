"""How trials without noise are labelled, day by day."""

import numpy as np
import pytest

from pathway.rules import Status, assess
from tests.pathway.rules.diaries import series, status_on, turns

DAY = np.arange(84)

STORIES = {
    "flat at 6": (np.full(84, 6.0), [("IN_PROGRESS", 0), ("PLATEAU", 38)]),
    "6 to 5 in two weeks, then 5": (
        np.where(DAY < 14, 6.0, 5.0),
        [("IN_PROGRESS", 0), ("IMPROVING", 20), ("PLATEAU", 59)],
    ),
    "6 to 3, steadily": (
        np.rint(6 - 3 * DAY / 83),
        [("IN_PROGRESS", 0), ("IMPROVING", 20), ("RESPONDED", 66)],
    ),
    "6 to 1, fast": (
        np.rint(1 + 5 * np.exp(-DAY / 10)),
        [("IN_PROGRESS", 0), ("IMPROVING", 14), ("RESPONDED", 23)],
    ),
    "flat for four weeks, then 6 to 2": (
        np.rint(np.where(DAY < 28, 6, np.maximum(6 - 4 * (DAY - 28) / 21, 2))),
        [("IN_PROGRESS", 0), ("IMPROVING", 36), ("RESPONDED", 57)],
    ),
}


@pytest.mark.parametrize("story", STORIES)
def test_a_course_without_noise_is_labelled_on_the_expected_days(story):
    scores, expected = STORIES[story]

    assert turns(assess(series(scores)).status[0]) == expected


def test_a_rise_from_6_to_9_is_worsening_after_a_month():
    assert turns(assess(series(np.rint(6 + 3 * DAY / 83))).status[0])[-1] == ("WORSENING", 34)


def test_relief_by_an_injection_that_fades_is_a_relapse():
    scores = np.where(DAY < 3, 7.0, np.where(DAY < 31, 2.0, 7.0))

    status = assess(series(scores, cycle_started=True)).status[0]

    assert turns(status)[-1] == ("RELAPSE", 47)
    assert Status.RESPONDED in status


def test_relief_that_fades_before_it_counts_as_a_response_is_still_a_relapse():
    scores = np.where(DAY < 16, 2.0, 7.0)

    assert status_on(scores, 60, usual=7.0, cycle_started=True) is Status.RELAPSE
    assert status_on(scores, 60, usual=7.0) is not Status.RELAPSE


def test_the_end_of_the_window_is_its_own_status():
    status = assess(series(np.full(100, 6.0), window=84)).status[0]

    assert set(status[84:]) == {Status.WINDOW_COMPLETE}
    assert status[83] == Status.PLATEAU


def test_a_window_under_six_weeks_has_no_plateau():
    scores = np.full(41, 6.0)

    assert Status.PLATEAU not in assess(series(scores, window=41)).status
    assert Status.PLATEAU in assess(series(np.full(42, 6.0), window=42)).status


def test_scores_of_zero_and_ten_are_values():
    assert status_on(np.where(DAY < 14, 6.0, 0.0), 60) is Status.RESPONDED
    assert status_on(np.full(84, 10.0), 60) is Status.PLATEAU
    assert status_on(np.zeros(84), 60) is not Status.INSUFFICIENT_DATA


def test_function_that_is_a_third_better_holds_the_plateau_back():
    def status(first, last):
        forms = {"function": np.array([[first, last]]), "function_days": np.array([0, 60])}
        return status_on(np.full(84, 6.0), 60, **forms)

    assert status(60.0, 58.0) is Status.PLATEAU
    assert status(60.0, 42.0) is not Status.PLATEAU
    assert status(60.0, 43.0) is Status.PLATEAU


def test_a_fall_within_the_error_of_a_form_holds_nothing_back():
    forms = {"function": np.array([[40.0, 24.0]]), "function_days": np.array([0, 60])}

    assert status_on(np.full(84, 6.0), 60, **forms) is Status.PLATEAU


def test_a_person_who_always_logged_weekly_is_judged_on_fewer_entries():
    weekly = np.where(DAY % 7 == 0, 6.0, np.nan)
    stopped = np.where((DAY % 7 == 0) | (DAY < 30), 6.0, np.nan)

    assert status_on(weekly, 60) is Status.PLATEAU
    assert status_on(stopped, 60) is Status.INSUFFICIENT_DATA


def test_a_week_without_an_entry_ends_what_can_be_said():
    scores = np.where(DAY < 50, 6.0, np.nan)

    status = assess(series(scores)).status[0]

    assert status[56] == Status.PLATEAU
    assert set(status[57:]) == {Status.INSUFFICIENT_DATA}


def test_too_few_early_entries_and_no_usual_pain_leave_no_baseline():
    scores = np.where((DAY == 0) | (DAY > 10), 6.0, np.nan)

    assert status_on(scores, 60, usual=np.nan) is Status.INSUFFICIENT_DATA
    assert status_on(scores, 60, usual=6.0) is Status.PLATEAU


def test_watch_comes_before_the_plateau_and_never_with_it():
    answer = assess(series(np.full(84, 6.0)))

    assert np.flatnonzero(answer.watch[0]).tolist() == [36, 37]
    assert (answer.status[0] == Status.PLATEAU).argmax() == 38
    assert answer.status.dtype == np.int8
    assert not (answer.watch & (answer.status == Status.PLATEAU)).any()
