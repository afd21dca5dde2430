"""Letters that follow from a reassessment: drafts until somebody makes them final; none is sent.

Every step is a further version, written by somebody who had read the one before.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import User
from patients.models import Letter, Reassessment
from patients.models.records.letter import GAP
from patients.reassessment.actions.visit_request import NotFinishedYet

State, Kind = Letter.State, Letter.Kind


class WrittenByColleague(Exception):
    """There is a newer version than the one that was read."""


class HasGap(Exception):
    """A place is still to be filled in."""


class NotAddressed(Exception):
    """Nobody is named to whom it goes."""


class OtherState(Exception):
    """It is no draft any more, or not final."""


@dataclass(frozen=True)
class Words:
    """What a letter says, to whom, in which language."""

    text: str
    language: str
    addressee: str = ""


@transaction.atomic
def write_letter(
    *, reassessment: Reassessment, kind: str, words: Words, seen: int, by: User, now: datetime
) -> Letter:
    """A draft: the first, a changed one, or the correction of a final letter. The same words again are
    no new version. Raises NotFinishedYet, WrittenByColleague."""
    held = _finished(reassessment)
    newest = newest_letter(held, kind)
    if newest and newest.is_draft and words == words_of(newest):
        return newest
    return _next(held, kind, seen, words, state=State.DRAFT, entered_at=now, entered_by=by)


@transaction.atomic
def make_final(*, letter: Letter, by: User, now: datetime) -> Letter:
    """Fixed, to be printed and handed over. Raises OtherState, HasGap, NotAddressed, NotFinishedYet,
    WrittenByColleague."""
    _finished(letter.reassessment)
    if not letter.is_draft:
        raise OtherState
    if GAP in letter.text:
        raise HasGap
    if letter.kind != Kind.PATIENT and not letter.addressee:
        raise NotAddressed
    return _follow(letter, state=State.FINAL, entered_at=now, entered_by=by)


@transaction.atomic
def withdraw_letter(*, letter: Letter, reason: str, by: User, now: datetime) -> Letter:
    """It was final and no longer holds. Raises OtherState, WrittenByColleague."""
    if not letter.is_final:
        raise OtherState
    return _follow(letter, state=State.WITHDRAWN, reason=reason, entered_at=now, entered_by=by)


def newest_letter(reassessment: Reassessment, kind: str) -> Letter | None:
    rows = reassessment.letters.filter(kind=kind).select_related("entered_by", "reassessment")
    return rows.order_by("-version").first()


def words_of(letter: Letter) -> Words:
    return Words(letter.text, letter.language, letter.addressee)


def _finished(reassessment: Reassessment) -> Reassessment:
    held = Reassessment.objects.select_for_update(of=("self",)).get(pk=reassessment.pk)
    if held.finished_at is None:
        raise NotFinishedYet
    return held


def _follow(letter: Letter, **step: Any) -> Letter:
    """The same words, a step on."""
    return _next(letter.reassessment, letter.kind, letter.version, words_of(letter), **step)


def _next(reassessment: Reassessment, kind: str, seen: int, words: Words, **step: Any) -> Letter:
    """The version after the one that was read; the database refuses every other."""
    try:
        with transaction.atomic():
            return Letter.objects.create(
                reassessment=reassessment, kind=kind, version=seen + 1, **asdict(words), **step
            )
    except IntegrityError as error:
        raise WrittenByColleague from error
