"""What letters are written from: the finished reassessment, and the record beside it on that day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from patients.models import OptionWeighed, Reassessment, SignSeen, VisitRequest
from patients.reassessment.questions import Question, questions_of
from patients.reassessment.selectors.beside import Beside, beside


@dataclass(frozen=True)
class Facts:
    reassessment: Reassessment
    beside: Beside
    signs: list[tuple[SignSeen, date]]
    """Each with the day on which it was answered, and its numbers were read."""
    weighed: list[OptionWeighed]
    visit: VisitRequest | None

    @property
    def today(self) -> date:
        return self.beside.today


def facts_of(reassessment: Reassessment, now: datetime) -> Facts:
    today = reassessment.episode.patient.clinic_date(now)
    questions = questions_of(reassessment)
    waiting = VisitRequest.objects.filter(reassessment=reassessment, closed_at=None)
    return Facts(
        reassessment=reassessment,
        beside=beside(reassessment, today),
        signs=list(_signs(reassessment, questions)),
        weighed=[
            row for row in _rows(questions) if isinstance(row, OptionWeighed) and row.considered
        ],
        visit=waiting.first(),
    )


def _signs(
    reassessment: Reassessment, questions: dict[str, Question]
) -> Iterator[tuple[SignSeen, date]]:
    answers = reassessment.entries.filter(question__startswith="sign-").order_by("version")
    answered = dict(answers.values_list("question", "entered_at"))
    clinic_date = reassessment.episode.patient.clinic_date
    for key, question in questions.items():
        if isinstance(question.row, SignSeen) and key in answered:
            yield question.row, clinic_date(answered[key])


def _rows(questions: dict[str, Question]) -> list[object]:
    return [each.row for each in questions.values()]
