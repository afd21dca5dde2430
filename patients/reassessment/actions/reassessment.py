"""The reassessment of tier 5: begun with what the data say, finished with a shared decision."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.models import User
from patients.models import ClinicProtocol, Episode, OptionWeighed, Reassessment, SignSeen
from patients.record.actions.records import DoesNotFit
from patients.review.ceiling import signs_of


class SignsUnanswered(Exception):
    """A sign that the data show was neither confirmed nor refused."""


@transaction.atomic
def begin_reassessment(*, episode: Episode, by: User, now: datetime) -> Reassessment:
    """The one that is open, or a new one with its three signs ticked and no option weighed."""
    standing = Reassessment.objects.not_withdrawn().filter(episode=episode, finished_at=None)
    if found := standing.first():
        return found
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


@transaction.atomic
def answer_sign(*, sign: SignSeen, confirmed: bool | None) -> None:
    """The clinician confirms what the data say, or refuses it."""
    sign.confirmed = confirmed
    sign.save(update_fields=["confirmed"])


@transaction.atomic
def weigh_option(*, option: OptionWeighed, considered: bool, note: str) -> None:
    option.considered, option.note = considered, note
    option.save(update_fields=["considered", "note"])


@transaction.atomic
def finish_reassessment(*, reassessment: Reassessment, by: User, now: datetime) -> Reassessment:
    """From now on it is fixed. Raises SignsUnanswered, DoesNotFit (something is still missing)."""
    held = Reassessment.objects.select_for_update().get(pk=reassessment.pk)
    if held.signs.filter(found=True, confirmed=None).exists():
        raise SignsUnanswered
    held.finished_at, held.finished_by = now, by
    try:
        with transaction.atomic():
            held.save(update_fields=["finished_at", "finished_by"])
    except IntegrityError as error:
        raise DoesNotFit from error
    return held
