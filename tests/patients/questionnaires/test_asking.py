"""Questionnaires on their way: what may be left out, of whom they are asked, about which step."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from pathway.models import Instrument
from patients.models import Episode, TierTrial
from patients.questionnaires.asking import AskedQuestion, Asking
from patients.questionnaires.selectors.due import ended_trial, fits

DAY = date(2026, 3, 2)


def asking(*scorings, key="peg"):
    questions = [
        AskedQuestion(f"q{number}", f"Question {number}?", scoring)
        for number, scoring in enumerate(scorings, start=1)
    ]
    return Asking(Instrument(key=key), questions)


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
