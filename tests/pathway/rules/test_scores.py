"""Questionnaires to numbers; zero is an answer."""

import pytest

from pathway.rules import (
    InvalidAnswers,
    Score,
    score_activities,
    score_overall_change,
    score_peg,
    score_roland_morris,
)


def test_peg_is_the_mean_of_its_three_items():
    assert score_peg([6, 7, 5]) == Score(raw=6.0, worse=60.0)
    assert score_peg([0, 0, 0]) == Score(raw=0.0, worse=0.0, low=True)
    assert score_peg([10, 10, 10]).worse == 100


def test_peg_of_two_is_low():
    assert score_peg([2, 2, 2]).low
    assert not score_peg([2, 2, 3]).low


def test_peg_needs_every_item():
    assert score_peg([6, None, 5]) is None


def test_roland_morris_counts_what_applies():
    assert score_roland_morris([True] * 12 + [False] * 12) == Score(raw=12.0, worse=50.0)
    assert score_roland_morris([False] * 24) == Score(raw=0.0, worse=0.0, low=True)
    assert score_roland_morris([True] * 2 + [False] * 22).low
    assert not score_roland_morris([True] * 3 + [False] * 21).low


def test_a_sentence_left_blank_does_not_count_but_one_never_shown_leaves_no_score():
    assert score_roland_morris([True] + [False] * 23) == Score(raw=1.0, worse=100 / 24, low=True)
    assert score_roland_morris([True] * 23 + [None]) is None


def test_overall_change_runs_from_very_much_improved_to_very_much_worse():
    assert score_overall_change([1]) == Score(raw=1.0, worse=0.0)
    assert score_overall_change([4]) == Score(raw=4.0, worse=50.0)
    assert score_overall_change([7]) == Score(raw=7.0, worse=100.0)
    assert score_overall_change([None]) is None


def test_my_activities_run_like_pain_higher_is_worse():
    assert score_activities([0, 0, 0]) == Score(raw=0.0, worse=0.0)
    assert score_activities([10, 10]) == Score(raw=10.0, worse=100.0)
    assert score_activities([4]) == Score(raw=4.0, worse=40.0)


def test_my_activities_allow_one_gap_of_three():
    assert score_activities([4, None, 6]) == Score(raw=5.0, worse=50.0)
    assert score_activities([4, None, None]) is None
    assert score_activities([4, None]) is None
    assert score_activities([None]) is None


@pytest.mark.parametrize(
    ("score", "answers", "message"),
    [
        (score_peg, [1, 2], "PEG: 3 answers, not 2"),
        (score_peg, [1, 2, 11], "PEG: 11 is not in 0-10"),
        (score_peg, [1, 2, -1], "PEG: -1 is not in 0-10"),
        (score_roland_morris, [True], "Roland-Morris: 24 answers, not 1"),
        (score_roland_morris, [2] + [False] * 23, "Roland-Morris: 2 is not in 0-1"),
        (score_overall_change, [], "Overall change: 1 answer, not 0"),
        (score_overall_change, [0], "Overall change: 0 is not in 1-7"),
        (score_overall_change, [8], "Overall change: 8 is not in 1-7"),
        (score_activities, [], "My activities: 1 to 3 answers, not 0"),
        (score_activities, [1, 1, 1, 1], "My activities: 1 to 3 answers, not 4"),
        (score_activities, [12], "My activities: 12 is not in 0-10"),
    ],
)
def test_answers_that_cannot_be_are_refused(score, answers, message):
    with pytest.raises(InvalidAnswers, match=f"^{message}$"):
        score(answers)
