"""The numbers that a flag stores and a clinician reads."""

import json

import numpy as np
import pytest

from pathway.rules import RULES_VERSION, Numbers, Status, assess, numbers_of, sentence
from tests.pathway.rules.diaries import numbers, series

DAY = np.arange(84)
FLAT = np.full(84, 6.0)


def test_a_plateau_says_where_it_stands_and_what_would_clear_it():
    found = numbers(FLAT)

    assert found.status is Status.PLATEAU
    assert (found.day, found.since) == (83, 38)
    assert (found.baseline, found.mean_14, found.count_14) == (6.0, 6.0, 14)
    assert found.target == pytest.approx(4.2)
    assert found.clears_at == pytest.approx(4.2)
    assert found.stall > 1.2
    assert found.fail >= found.stall
    assert found.worse < 0
    assert (found.slope, found.slope_low, found.slope_high) == (0.0, 0.0, 0.0)
    assert found.entries_missing == 0
    assert found.function_share is None
    assert found.rules_version == RULES_VERSION


def test_numbers_survive_storage_as_json():
    found = numbers(FLAT)

    assert Numbers.from_json(json.loads(json.dumps(found.as_json()))) == found
    assert found.as_json()["status"] == "plateau"


def test_the_watch_is_part_of_the_numbers():
    day = int(assess(series(FLAT)).watch[0].argmax())
    watched = numbers(FLAT, last_day=np.array([day]))

    assert watched.watch is True
    assert watched.status is Status.IN_PROGRESS
    assert numbers(FLAT).watch is False


def test_what_is_not_known_is_none():
    found = numbers(np.full(84, np.nan), usual=np.nan)

    assert found.baseline is None
    assert found.mean_14 is None
    assert found.slope is None
    assert found.clears_at is None
    assert found.count_14 == 0


def test_worsening_would_clear_under_a_point_above_the_baseline():
    found = numbers(np.rint(6 + 3 * DAY / 83))

    assert found.status is Status.WORSENING
    assert found.clears_at == pytest.approx(7.0)


def test_a_relapse_would_clear_at_nine_tenths_of_the_pain_before():
    found = numbers(np.where(DAY < 3, 7.0, np.where(DAY < 31, 2.0, 7.0)), cycle_started=True)

    assert found.status is Status.RELAPSE
    assert found.clears_at == pytest.approx(6.3)


def test_a_response_ends_above_the_target():
    found = numbers(np.rint(1 + 5 * np.exp(-DAY / 10)))

    assert found.status is Status.RESPONDED
    assert found.clears_at == found.target


def test_two_entries_lack_four_to_end_a_silence():
    found = numbers(np.where((DAY < 40) | (DAY > 81), 6.0, np.nan))

    assert found.status is Status.INSUFFICIENT_DATA
    assert (found.count_14, found.entries_missing) == (2, 4)


def test_a_long_gap_lacks_an_entry_even_after_many():
    found = numbers(np.where(DAY < 76, 6.0, np.nan))

    assert found.count_14 == 6
    assert found.entries_missing == 1


def test_a_jump_of_two_points_asks_for_the_safety_questions():
    assert numbers(np.where(DAY < 77, 4.0, 6.0)).sudden_rise
    assert not numbers(np.where(DAY < 77, 4.1, 6.0)).sudden_rise
    assert not numbers(np.where(DAY < 70, 4.0, 6.0)).sudden_rise


def test_a_jump_needs_a_week_and_the_fortnight_before_it():
    assert not numbers([2, 2, 2, 9, 9, 9, 9], usual=2.0).sudden_rise
    assert numbers([2, 9, 9, 9, 9, 9, 9, 9]).sudden_rise


def test_the_last_status_is_minus_one_where_it_was_not_asked_for():
    answer = assess(series([FLAT, FLAT], from_day=np.array([84, 83])))

    assert list(answer.last_status) == [Status.NOT_ASKED, Status.PLATEAU]
    assert sentence(numbers_of(answer, 0)) == "not assessed"


def test_since_counts_from_the_last_change_and_not_before_the_first_day_asked_for():
    assert numbers(np.where(DAY < 14, 6.0, 5.0)).since == 59
    assert numbers(FLAT, from_day=70).since == 70
    assert numbers(FLAT, last_day=np.array([60])).since == 38


def test_function_is_a_share_of_the_first_form():
    forms = {"function": np.array([[50.0, np.nan, 40.0]]), "function_days": np.array([0, 14, 28])}

    assert numbers(FLAT, **forms).function_share == pytest.approx(0.8)
    assert numbers(FLAT, last_day=np.array([20]), **forms).function_share == 1.0
