"""Questionnaires to numbers: a raw score on its own scale and 0-100, higher is worse.

An unanswered item is None; 0 is an answer. A form with too many gaps has no score (None).
"""

from collections.abc import Sequence
from dataclasses import dataclass

PEG_ITEMS = 3
ROLAND_MORRIS_ITEMS = 24
OVERALL_CHANGE = range(1, 8)
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
    """PEG: the mean of three items 0-10 (Krebs 2009). No rule for a missing item is published, so
    all three are needed."""
    given = _given("PEG", answers, PEG_ITEMS, range(11))
    if len(given) < PEG_ITEMS:
        return None
    mean = sum(given) / PEG_ITEMS
    return Score(raw=mean, worse=10 * mean, low=mean <= LOW_SCORE)


def score_roland_morris(ticked: Sequence[bool | None]) -> Score | None:
    """How many of 24 sentences are ticked (the form of Roland and Morris 1983, note to users).

    A sentence left without a tick is False, whether it does not fit or the patient is unsure: the
    form says to leave it blank. None is a sentence that was never shown; with one there is no score.
    """
    as_numbers = [None if tick is None else int(tick) for tick in ticked]
    given = _given("Roland-Morris", as_numbers, ROLAND_MORRIS_ITEMS, range(2))
    if len(given) < ROLAND_MORRIS_ITEMS:
        return None
    raw = float(sum(given))
    return Score(raw=raw, worse=100 * raw / ROLAND_MORRIS_ITEMS, low=raw <= LOW_SCORE)


def score_overall_change(answers: Sequence[int | None]) -> Score | None:
    """Overall change: 1 very much improved, 4 no change, 7 very much worse (Guy 1976)."""
    given = _given("Overall change", answers, 1, OVERALL_CHANGE)
    if not given:
        return None
    steps = given[0] - OVERALL_CHANGE[0]
    return Score(raw=float(given[0]), worse=100 * steps / (len(OVERALL_CHANGE) - 1))


def score_activities(answers: Sequence[int | None]) -> Score | None:
    """The patient's own activities, 0 (not hard at all) to 10 (could not do it). One gap, if three."""
    if not 1 <= len(answers) <= 3:
        raise InvalidAnswers(f"My activities: 1 to 3 answers, not {len(answers)}")
    given = _given("My activities", answers, len(answers), range(11))
    if len(given) < min(len(answers), 2):
        return None
    mean = sum(given) / len(given)
    return Score(raw=mean, worse=10 * mean)


def _given(name: str, answers: Sequence[int | None], items: int, scale: range) -> list[int]:
    if len(answers) != items:
        plural = "answer" if items == 1 else "answers"
        raise InvalidAnswers(f"{name}: {items} {plural}, not {len(answers)}")
    given = [answer for answer in answers if answer is not None]
    for answer in given:
        if answer not in scale:
            raise InvalidAnswers(f"{name}: {answer} is not in {scale[0]}-{scale[-1]}")
    return given
