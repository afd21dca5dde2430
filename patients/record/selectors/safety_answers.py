"""What was said to safety questions, however often they were asked: each yes, and the sets one by one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from patients.models import SafetyAnswer


@dataclass(frozen=True)
class SaidYes:
    """One question that was said yes to, by its words, and when: the newest first."""

    question: str
    times: list[datetime]

    @property
    def latest(self) -> datetime:
        return self.times[0]

    @property
    def earlier(self) -> list[datetime]:
        return self.times[1:]


@dataclass(frozen=True)
class SafetySet:
    """The answers of one form in which every question was answered yes or no."""

    answered_at: datetime
    yes: list[str]
    no: list[str]

    @property
    def asked(self) -> int:
        return len(self.yes) + len(self.no)


@dataclass(frozen=True)
class SafetyAnswers:
    """`yes` once for each question, the newest first; `sets` the newest first."""

    yes: list[SaidYes]
    sets: list[SafetySet]

    @property
    def last(self) -> SafetySet | None:
        return self.sets[0] if self.sets else None

    @property
    def older(self) -> list[SafetySet]:
        return self.sets[1:]


def safety_answers(given: Iterable[SafetyAnswer]) -> SafetyAnswers:
    """`given` with their questions' words, the earliest first."""
    rows = sorted(given, key=lambda each: each.answered_at, reverse=True)
    yes: dict[str, list[datetime]] = {}
    forms: dict[object, list[SafetyAnswer]] = {}
    for each in rows:
        forms.setdefault(each.submission_id, []).append(each)
        if each.answer:
            yes.setdefault(each.question.text, []).append(each.answered_at)
    sets = [_set(form) for form in forms.values() if not all(each.answer for each in form)]
    return SafetyAnswers([SaidYes(*each) for each in yes.items()], sets)


def _set(form: list[SafetyAnswer]) -> SafetySet:
    """Under a log only a yes is kept: a form without a no is not a set."""
    return SafetySet(
        form[0].answered_at,
        [each.question.text for each in form if each.answer],
        [each.question.text for each in form if not each.answer],
    )
