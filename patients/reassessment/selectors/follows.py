"""What follows from a finished reassessment: the visit, and how each letter stands."""

from __future__ import annotations

from dataclasses import dataclass

from patients.models import Letter, Reassessment, VisitRequest


@dataclass(frozen=True)
class LetterStands:
    """A kind of letter with its newest version, where there is one."""

    kind: str
    title: str
    newest: Letter | None
    is_older: bool
    """Whether the reassessment was opened and finished again after this version was written."""


@dataclass(frozen=True)
class Follows:
    visit: VisitRequest | None
    may_undo_visit: bool
    was_booked: bool
    letters: list[LetterStands]


def what_follows(reassessment: Reassessment) -> Follows:
    visit = VisitRequest.objects.filter(reassessment=reassessment).first()
    untouched = VisitRequest.objects.untouched().filter(reassessment=reassessment)
    booked = VisitRequest.objects.filter(reassessment=reassessment, consultations__isnull=False)
    return Follows(visit, untouched.exists(), booked.exists(), letters_of(reassessment))


def letters_of(reassessment: Reassessment) -> list[LetterStands]:
    newest = Letter.objects.filter(reassessment=reassessment).newest().select_related("entered_by")
    known = {letter.kind: letter for letter in newest}
    return [
        LetterStands(kind, str(label), known.get(kind), _is_older(reassessment, known.get(kind)))
        for kind, label in Letter.Kind.choices
    ]


def _is_older(reassessment: Reassessment, letter: Letter | None) -> bool:
    finished = reassessment.finished_at
    return letter is not None and (finished is None or letter.entered_at < finished)
