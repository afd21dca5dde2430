"""A questionnaire on its way: which question is next, what was answered, about which step it asks."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.http import Http404

from pathway.models import Instrument
from patients.models import AnswerDraft, Episode, TierTrial
from patients.questionnaires.asking import AskedQuestion, Asking
from patients.questionnaires.selectors.due import ended_trial, fits

DAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("America/New_York"))


def asking(*scorings, key="peg", answers=None, choices=()):
    questions = [
        AskedQuestion(f"q{number}", number, f"Question {number}?", scoring, choices=choices)
        for number, scoring in enumerate(scorings, start=1)
    ]
    kept = None if answers is None else AnswerDraft(answers=answers)
    return Asking(Episode(), Instrument(key=key), questions, kept, NOW)


@pytest.mark.parametrize(
    ("answers", "opens"),
    [
        (None, 1),
        ({}, 1),
        ({"q1": 0}, 2),
        ({"q2": 5}, 1),
        ({"q1": 5, "q2": None}, 3),
        ({"q1": 5, "q2": 5, "q3": 5}, None),
    ],
)
def test_it_goes_on_at_the_first_question_without_an_answer_and_zero_and_skipped_are_answers(
    answers, opens
):
    found = asking("mean", "mean", "mean", answers=answers).first_open
    assert (found.number if found else None) == opens


def test_answers_are_shown_in_the_order_asked_and_none_of_an_earlier_set_of_questions():
    kept = asking("mean", "mean", answers={"q2": 3, "q9": 8, "q1": 4})
    assert list(kept.answers.items()) == [("q1", 4), ("q2", 3)]


@pytest.mark.parametrize(
    ("key", "questions", "may"),
    [
        ("my-three-activities", 3, True),
        ("my-three-activities", 2, False),
        ("peg", 3, False),
        ("rmdq", 24, False),
    ],
)
def test_of_three_activities_of_ones_own_one_may_be_skipped(key, questions, may):
    assert asking(*["mean"] * questions, key=key).may_skip is may


@pytest.mark.parametrize(("number", "exists"), [(0, False), (1, True), (3, True), (4, False)])
def test_a_question_that_is_none_is_not_found(number, exists):
    three = asking("mean", "mean", "mean")
    if exists:
        assert three.question(number).number == number
    else:
        with pytest.raises(Http404):
            three.question(number)


@pytest.mark.parametrize(
    ("scoring", "choices", "answer", "words"),
    [
        ("count", (), 1, "Ticked"),
        ("count", (), 0, "Not ticked"),
        ("mean", (), 7, 7),
        ("mean", (), 0, 0),
        ("mean", (), None, None),
        ("single", ("Much better", "The same", "Worse"), 1, "Much better"),
        ("single", ("Much better", "The same", "Worse"), 3, "Worse"),
    ],
)
def test_before_sending_each_answer_is_said_in_its_words(scoring, choices, answer, words):
    [(question, said)] = asking(scoring, answers={"q1": answer}, choices=choices).lines
    assert (question.number, said) == (1, words)


@pytest.mark.parametrize(
    ("key", "region", "asked"),
    [("rmdq", "back", True), ("rmdq", "neck", False), ("rmdq", "", False), ("peg", "neck", True)],
)
def test_roland_morris_is_asked_of_a_back_alone(key, region, asked):
    assert fits(key, Episode(region=region)) is asked


# ------------------------------------------------------------------ the step that an overall change is about


def step(key, began, ended=None, window=84):
    """Begun and ended so many days before today."""
    return TierTrial(
        pk=key, started_on=DAY - timedelta(days=began), window_days=window,
        ended_on=None if ended is None else DAY - timedelta(days=ended),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("trials", "asked"),
    [
        ([], None),
        ([step(1, 50)], None),
        ([step(1, 84)], 1),
        ([step(1, 83)], None),
        ([step(1, 112)], 1),
        ([step(1, 113)], None),
        ([step(1, 50, ended=0)], 1),
        ([step(1, 50, ended=28)], 1),
        ([step(1, 50, ended=29)], None),
        ([step(1, 7, ended=0)], 1),
        ([step(1, 6, ended=0)], None),
        ([step(1, 50, ended=10), step(2, 40, ended=5)], 2),
        ([step(1, 50, ended=5), step(2, 40, ended=5)], 2),
        ([step(1, 50, ended=5), step(2, 4, ended=1)], 1),
    ],
)
def test_it_is_the_last_that_ended_in_four_weeks_and_had_a_week_to_help(trials, asked):
    found = ended_trial(trials, DAY)
    assert (found.pk if found else None) == asked


def test_an_extension_moves_the_planned_end():
    longer = SimpleNamespace(pk=1, started_on=DAY - timedelta(days=84), ended_on=None,
                             ends_on=DAY + timedelta(days=14))  # fmt: skip
    assert ended_trial([longer], DAY) is None
