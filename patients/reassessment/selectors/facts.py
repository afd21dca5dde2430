"""What letters are written from: the finished reassessment, and the record beside it on that day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from patients.models import OptionWeighed, Reassessment, SignSeen, VisitRequest
from patients.reassessment.questions import Question, questions_of
from patients.reassessment.selectors.beside import Beside, beside


@dataclass(frozen=True)
class Facts:
    reassessment: Reassessment
    beside: Beside
    signs: list[SignSeen]
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
        signs=[row for row in _rows(questions) if isinstance(row, SignSeen)],
        weighed=[
            row for row in _rows(questions) if isinstance(row, OptionWeighed) and row.considered
        ],
        visit=waiting.first(),
    )


def _rows(questions: dict[str, Question]) -> list[object]:
    return [each.row for each in questions.values()]
