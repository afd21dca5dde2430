"""Calls to a patient about a safety answer: noted, corrected, withdrawn. History keeps each."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from patients.flags.deadlines import due_by
from patients.models import Episode, Flag, Kind, SafetyAdvice, SafetyCall

SAME_CALL = timedelta(minutes=1)


class NothingWaits(Exception):
    """A colleague has recorded the outcome in the meantime."""


def hold_case(flag: Flag) -> tuple[Flag, SafetyAdvice]:
    """The flag with its complaint, locked, and the newest answer that waits. Raises NothingWaits.

    The complaint's lock first, as when a patient answers: nothing new slips in between.
    """
    Episode.objects.select_for_update(no_key=True).get(pk=flag.episode_id)
    held = Flag.objects.select_for_update(of=("self",)).get(pk=flag.pk)
    newest = SafetyAdvice.objects.filter(episode=flag.episode_id).waiting().order_by("pk").last()
    if held.closed_at is not None or not held.holds_rules or newest is None:
        raise NothingWaits
    return held, newest


@transaction.atomic
def note_call(*, flag: Flag, result: str, note: str, by: User, now: datetime) -> SafetyCall:
    """Pressed twice within a minute it is the same call. Who was not reached is called again when the
    protocol's clock has run once more. Raises NothingWaits.
    """
    held, newest = hold_case(flag)
    lately = SafetyCall.objects.not_withdrawn().filter(
        episode=held.episode_id, called_by=by, called_at__gt=now - SAME_CALL
    )
    if same := lately.filter(result=result, note=note).first():
        return same
    call = SafetyCall.objects.create(
        episode=held.episode, about=newest, result=result, note=note, called_at=now, called_by=by
    )
    if result != SafetyCall.Result.REACHED:
        _call_again(held, now)
    return call


def _call_again(flag: Flag, now: datetime) -> None:
    said = (
        flag.findings.filter(kind=Kind.SAFETY).select_related("protocol").latest("found_at", "pk")
    )
    flag.due_at = due_by(Kind.SAFETY, said.protocol, flag.episode.patient.clinic, now)
    flag.save(update_fields=["due_at"])


@transaction.atomic
def correct_call(*, call: SafetyCall, result: str, note: str, by: User) -> None:
    """What stood there stays in its history, with who changed it."""
    held = SafetyCall.objects.select_for_update().get(pk=call.pk)
    held.result, held.note, held.changed_by = result, note, by
    held.save(update_fields=["result", "note", "changed_by"])


@transaction.atomic
def withdraw_call(*, call: SafetyCall, by: User, now: datetime) -> None:
    """It was noted by mistake; withdrawn twice is withdrawn once."""
    standing = SafetyCall.objects.select_for_update().not_withdrawn().filter(pk=call.pk)
    standing.update(withdrawn_at=now, withdrawn_by=by)
