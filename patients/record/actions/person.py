"""Who a patient is, corrected; a registration that was a mistake, withdrawn; an account, taken from a record."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.actions import disable, withdraw_invitation
from accounts.constraints import refused_as
from accounts.models import Invitation, User
from patients.carers.actions import end_carers
from patients.models import CareTeamMember, Patient
from patients.record.actions.register import NumberTaken, ZoneUnknown, send_new_link

# What stands there without anything having been written down about the patient.
SAYS_NOTHING = {
    "accesses", "break_glasses", "care_team", "carers", "identity_checks", "log_reminders",
}  # fmt: skip


class HasRecord(Exception):
    """Something has been written down about this patient: nothing of it may be lost."""


@transaction.atomic
def correct_person(*, patient: Patient, by: User, now: datetime, **corrected: Any) -> Patient:
    """These fields of Patient and no others; history keeps what stood there. An invitation that waits at
    an address that was wrong is closed, and goes to the right one. Raises NumberTaken, ZoneUnknown."""
    held = Patient.objects.select_for_update(of=("self",), no_key=True).get(pk=patient.pk)
    had = held.email
    for name, value in corrected.items():
        setattr(held, name, value)
    with (
        refused_as(ZoneUnknown, "time_zone_known"),
        refused_as(NumberTaken, "one_patient_per_number"),
    ):
        held.save(update_fields=list(corrected))
    waits = Invitation.objects.unanswered().filter(patient=held).exists()
    if waits and held.email.lower() != had.lower():
        _follow(held, by, now)
    return held


def _follow(patient: Patient, by: User, now: datetime) -> None:
    """With no address any more, the link of before is closed."""
    if patient.email:
        send_new_link(patient=patient, by=by, now=now)
    else:
        _close_link(patient, by, now)


@transaction.atomic
def withdraw_registration(*, patient: Patient, reason: str, by: User, now: datetime) -> None:
    """The row stays with who and why; it is found nowhere, and its number is free. Idempotent. Raises
    HasRecord."""
    held = Patient.objects.select_for_update(of=("self",)).get(pk=patient.pk)
    if held.withdrawn_at is not None:
        return
    if has_record(held):
        raise HasRecord
    _close_link(held, by, now)
    CareTeamMember.objects.filter(patient=held, until=None).update(until=now, ended_by=by)
    unbind_account(patient=held, now=now)
    end_carers(patient=held, by=by, now=now)
    said = {"withdrawn_at": now, "withdrawn_by": by, "withdrawn_reason": reason}
    Patient.objects.filter(pk=held.pk).update(**said)


def has_record(patient: Patient) -> bool:
    """Asks every table that points at patients, those of the apps above too."""
    return any(
        relation.related_model._default_manager.filter(**{relation.field.name: patient}).exists()
        for relation in Patient._meta.related_objects
        if relation.related_name not in SAYS_NOTHING
        and "event" not in relation.related_model.__name__.lower()
    )


def unbind_account(*, patient: Patient, now: datetime) -> None:
    """Somebody who also works in a clinic, or speaks or cares for another patient, keeps the account."""
    user = Patient.objects.select_related("user").get(pk=patient.pk).user
    Patient.objects.filter(pk=patient.pk).update(user=None, reminder_hour=None)
    others = Patient.objects.filter(user=user).exists()
    if user is not None and not (user.working_memberships or others or user.cared_for):
        disable(user=user, now=now)


def _close_link(patient: Patient, by: User, now: datetime) -> None:
    for invitation in Invitation.objects.unanswered().filter(patient=patient):
        withdraw_invitation(invitation=invitation, by=by, now=now)
