"""What patients do about their own account: contact, and asking to close it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from patients.carers.actions import end_carers
from patients.models import ClosureRequest, Patient
from patients.record.actions.person import unbind_account

Outcome = ClosureRequest.Outcome


class NotOpen(Exception):
    """The request was withdrawn or settled in the meantime."""


def change_contact(*, patient: Patient, phone: str, reach: str, shown_as: str) -> None:
    said = {"phone": phone, "reach": reach, "shown_as": shown_as}
    Patient.objects.filter(pk=patient.pk).update(**said)


def change_place(*, patient: Patient, address: str, time_zone: str) -> None:
    """Reminders and days go by this zone from now on; what was logged keeps its day."""
    Patient.objects.filter(pk=patient.pk).update(address=address, time_zone=time_zone)


@transaction.atomic
def ask_to_close(*, patient: Patient, reason: str, now: datetime) -> ClosureRequest:
    """Ask the clinic's administrator. Idempotent."""
    Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
    waiting = ClosureRequest.objects.waiting().filter(patient=patient).first()
    return waiting or ClosureRequest.objects.create(patient=patient, reason=reason, asked_at=now)


def withdraw_closure(*, request: ClosureRequest, now: datetime) -> None:
    """The account stays as it is. Raises NotOpen."""
    if not ClosureRequest.objects.waiting().filter(pk=request.pk).update(withdrawn_at=now):
        raise NotOpen


@transaction.atomic
def settle_closure(
    *, request: ClosureRequest, outcome: str, note: str, by: User, now: datetime
) -> None:
    """Record the outcome; a closed account gives no access any more, the record stays. Raises NotOpen."""
    waiting = ClosureRequest.objects.waiting().filter(pk=request.pk)
    if not waiting.update(outcome=outcome, note=note, settled_at=now, settled_by=by):
        raise NotOpen
    if outcome == Outcome.CLOSED:
        unbind_account(patient=request.patient, now=now)
        end_carers(patient=request.patient, by=by, now=now)
