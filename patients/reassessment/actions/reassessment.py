"""The reassessment of tier 5: begun, finished when it is whole, and opened again with a reason."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.models import User
from patients.models import ClinicProtocol, Episode, OptionWeighed, Reassessment, SignSeen
from patients.reassessment.actions.answers import (
    NotHeldYet,
    enter,
    hold_open,
    newest_of,
)
from patients.reassessment.questions import NO, YES, Question, questions_of
from patients.review.ceiling import signs_of

FINISHED = "finished"


class NotWhole(Exception):
    """Something is still to be answered."""

    def __init__(self, missing: list[Question]) -> None:
        super().__init__(missing)
        self.missing = missing


class OtherOpen(Exception):
    """Another reassessment of the complaint has been begun since."""


class NotFinished(Exception):
    """There is nothing to undo: it is open."""


def begin_reassessment(*, episode: Episode, by: User, now: datetime) -> Reassessment:
    """The one that is open, or a new one with its signs read from the data and nothing answered.

    Two who begin at once get the same one.
    """
    standing = Reassessment.objects.not_withdrawn().filter(episode=episode, finished_at=None)
    if found := standing.first():
        return found
    try:
        return _begin(episode, by, now)
    except IntegrityError:
        return standing.get()


@transaction.atomic
def _begin(episode: Episode, by: User, now: datetime) -> Reassessment:
    protocol = ClinicProtocol.objects.in_use(episode.patient.clinic, now)
    today = episode.patient.clinic_date(now)
    reassessment = Reassessment.objects.create(
        episode=episode, protocol=protocol, held_on=today, recorded_at=now, recorded_by=by
    )
    SignSeen.objects.bulk_create(
        SignSeen(reassessment=reassessment, sign=sign, found=seen.found, basis=seen.basis)
        for sign, seen in signs_of(episode, protocol, today)
    )
    OptionWeighed.objects.bulk_create(
        OptionWeighed(reassessment=reassessment, option=option)
        for option in protocol.options.in_order()
    )
    return reassessment


def missing_in(questions: dict[str, Question]) -> list[Question]:
    """What has to be answered before it can be finished."""
    return [each for each in questions.values() if each.is_needed and not each.is_answered]


@transaction.atomic
def finish_reassessment(*, reassessment: Reassessment, by: User, now: datetime) -> Reassessment:
    """From now on it is fixed. Raises AlreadyFinished, AlreadyWithdrawn, NotWhole,
    NotHeldYet."""
    held = hold_open(reassessment)
    if missing := missing_in(questions_of(held)):
        raise NotWhole(missing)
    if held.held_on > held.episode.patient.clinic_date(now):
        raise NotHeldYet
    _note(held, {FINISHED: YES}, by, now)
    held.finished_at, held.finished_by = now, by
    held.save(update_fields=["finished_at", "finished_by"])
    return held


@transaction.atomic
def withdraw_reassessment(*, reassessment: Reassessment, by: User, now: datetime) -> None:
    """Begun by mistake: it stays in the history with its answers. Raises AlreadyFinished,
    AlreadyWithdrawn."""
    held = hold_open(reassessment)
    held.withdrawn_at, held.withdrawn_by = now, by
    held.save(update_fields=["withdrawn_at", "withdrawn_by"])


@transaction.atomic
def undo_finishing(
    *, reassessment: Reassessment, reason: str, by: User, now: datetime
) -> Reassessment:
    """A further entry opens it again; what follows from it stays as it is. Raises NotFinished,
    OtherOpen."""
    held = Reassessment.objects.select_for_update(of=("self",)).get(pk=reassessment.pk)
    if held.finished_at is None:
        raise NotFinished
    _note(held, {FINISHED: NO, "reason": reason}, by, now)
    held.finished_at = held.finished_by = None
    try:
        with transaction.atomic():
            held.save(update_fields=["finished_at", "finished_by"])
    except IntegrityError as error:
        raise OtherOpen from error
    return held


def _note(held: Reassessment, said: dict[str, str], by: User, now: datetime) -> None:
    newest = newest_of(held, FINISHED)
    version = 1 + (newest.version if newest else 0)
    enter(held, FINISHED, version=version, said=said, by=by, now=now)
