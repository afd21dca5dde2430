"""Questionnaires to numbers: a raw score on its own scale and 0-100, higher is worse.

An unanswered item is None; 0 is an answer. A form with too many gaps has no score (None).
"""

from collections.abc import Sequence
from dataclasses import dataclass

PEG_ITEMS = 3
ROLAND_MORRIS_ITEMS = 24
ROLAND_MORRIS_GAPS = 4
LOW_SCORE = 2


class InvalidAnswers(ValueError):
    """Answers that the questionnaire cannot have; the message says which."""


@dataclass(frozen=True, slots=True)
class Score:
    """`raw` on the instrument's own scale, `worse` on 0-100, `low` where little trouble is left."""

    raw: float
    worse: float
    low: bool = False


def score_peg(answers: Sequence[int | None]) -> Score | None:
    """PEG (Krebs 2009): the mean of three items 0-10. All three are needed."""
    given = _given("PEG", answers, PEG_ITEMS, top=10)
    if len(given) < PEG_ITEMS:
        return None
    mean = sum(given) / PEG_ITEMS
    return Score(raw=mean, worse=10 * mean, low=mean <= LOW_SCORE)


def score_roland_morris(answers: Sequence[bool | None]) -> Score | None:
    """Roland and Morris 1983: how many of 24 sentences apply. Up to 4 gaps are prorated."""
    as_numbers = [None if answer is None else int(answer) for answer in answers]
    given = _given("Roland-Morris", as_numbers, ROLAND_MORRIS_ITEMS, top=1)
    if len(given) < ROLAND_MORRIS_ITEMS - ROLAND_MORRIS_GAPS:
        return None
    share = sum(given) / len(given)
    raw = ROLAND_MORRIS_ITEMS * share
    return Score(raw=raw, worse=100 * share, low=raw <= LOW_SCORE)


def score_activities(answers: Sequence[int | None]) -> Score | None:
    """The patient's own activities, 0 (not hard at all) to 10 (could not do it). One gap, if three."""
    if not 1 <= len(answers) <= 3:
        raise InvalidAnswers(f"My activities: 1 to 3 answers, not {len(answers)}")
    given = _given("My activities", answers, len(answers), top=10)
    if len(given) < min(len(answers), 2):
        return None
    mean = sum(given) / len(given)
    return Score(raw=mean, worse=10 * mean)


def _given(name: str, answers: Sequence[int | None], items: int, *, top: int) -> list[int]:
    if len(answers) != items:
        raise InvalidAnswers(f"{name}: {items} answers, not {len(answers)}")
    given = [answer for answer in answers if answer is not None]
    for answer in given:
        if not 0 <= answer <= top:
            raise InvalidAnswers(f"{name}: {answer} is not in 0-{top}")
    return given
