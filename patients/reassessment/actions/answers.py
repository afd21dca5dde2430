"""Answers given one by one: numbered, so that nobody writes over words that they have not read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import IntegrityError, transaction

from accounts.models import User
from patients.models import Reassessment, ReassessmentEntry
from patients.reassessment.questions import Question, Said, as_text, blank, keep


class AnsweredByColleague(Exception):
    """Somebody has answered the question since it was read; their words stand."""


class AlreadyFinished(Exception):
    """It is finished, and stays as it is until that is undone."""


class AlreadyWithdrawn(Exception):
    """It was begun by mistake, and counts no more."""


class NotHeldYet(Exception):
    """The day on which it was held lies in the future."""


@transaction.atomic
def answer(
    *, question: Question, said: Said, seen: int, by: User, now: datetime
) -> ReassessmentEntry | None:
    """Enter the answer as the version after `seen`, which the writer had read (0: none was there).

    What is there already is not entered again: a double tap, a late retry. The database refuses every
    version but the next one. Raises AnsweredByColleague, AlreadyFinished, AlreadyWithdrawn,
    NotHeldYet.
    """
    reassessment = reassessment_of(question)
    hold_open(reassessment)
    question.row.refresh_from_db(fields=[*said])
    newest = newest_of(reassessment, question.key)
    if _stands(question, said):
        return newest
    _must_be_past(reassessment, said, now)
    entry = enter(reassessment, question.key, version=seen + 1, said=said, by=by, now=now)
    keep(question, said)
    return entry


@transaction.atomic
def put_back(
    *, question: Question, version: int, seen: int, by: User, now: datetime
) -> ReassessmentEntry | None:
    """Give an earlier answer again, as a further entry; version 0 is no answer.

    Raises as `answer` does, and ReassessmentEntry.DoesNotExist.
    """
    said: Mapping[str, str] = blank(question)
    if version:
        entries = reassessment_of(question).entries.filter(question=question.key)
        said = entries.get(version=version).said
    return answer(question=question, said=said, seen=seen, by=by, now=now)


@transaction.atomic
def keep_theirs(*, question: Question, said: Said, seen: int, by: User, now: datetime) -> None:
    """The colleague's answer, version `seen`, goes on to stand, and one's own stays among the earlier
    ones. Raises as `put_back` does."""
    answer(question=question, said=said, seen=seen, by=by, now=now)
    newest = newest_of(reassessment_of(question), question.key)
    if newest and newest.version > seen:
        put_back(question=question, version=seen, seen=newest.version, by=by, now=now)


def reassessment_of(question: Question) -> Reassessment:
    row = question.row
    return row if isinstance(row, Reassessment) else row.reassessment


def hold_open(reassessment: Reassessment) -> Reassessment:
    """The row, locked: who finishes it waits for who writes, and the other way round. Raises
    AlreadyFinished, AlreadyWithdrawn."""
    held = Reassessment.objects.select_for_update(of=("self",)).get(pk=reassessment.pk)
    if held.withdrawn_at is not None:
        raise AlreadyWithdrawn
    if held.finished_at is not None:
        raise AlreadyFinished
    return held


def newest_of(reassessment: Reassessment, question: str) -> ReassessmentEntry | None:
    rows = reassessment.entries.filter(question=question).select_related("entered_by")
    return rows.order_by("-version").first()


def enter(
    reassessment: Reassessment, question: str, *, version: int, said: Said, by: User, now: datetime
) -> ReassessmentEntry:
    """Raises AnsweredByColleague: that version is taken, or is not the next one."""
    try:
        with transaction.atomic():
            return ReassessmentEntry.objects.create(
                reassessment=reassessment,
                question=question,
                version=version,
                said=dict(said),
                entered_at=now,
                entered_by=by,
            )
    except IntegrityError as error:
        raise AnsweredByColleague from error


def _stands(question: Question, said: Said) -> bool:
    return all(as_text(getattr(question.row, column)) == text for column, text in said.items())


def _must_be_past(reassessment: Reassessment, said: Said, now: datetime) -> None:
    held = said.get("held_on")
    if held and date.fromisoformat(held) > reassessment.episode.patient.clinic_date(now):
        raise NotHeldYet
