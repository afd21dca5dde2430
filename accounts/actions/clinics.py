"""A new clinic is opened, its operator invites the first administrator; then what stands about it is changed.

Changes are saved one by one under the clinic's lock, so that two administrators at once keep both; who
changed what is in the clinic's history.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.actions.invite import invite
from accounts.clinic_history import changed, stands
from accounts.logo import name_of
from accounts.models import Clinic, ClinicLogo, Invitation, User


class ChangedSince(Exception):
    """Somebody has changed it again: what stood before would undo that too."""


@transaction.atomic
def open_clinic(
    *, administrator_email: str, administrator_name: str, now: datetime, **details: Any
) -> Clinic:
    """Make the clinic (the fields of Clinic). Raises ValidationError, for example for its zone."""
    clinic = Clinic(**details)
    clinic.full_clean()
    clinic.save()
    invite(
        clinic=clinic,
        email=administrator_email,
        name=administrator_name,
        role=Invitation.Role.ADMINISTRATOR,
        by=None,
        now=now,
    )
    return clinic


@transaction.atomic
def change_clinic(*, clinic: Clinic, **details: Any) -> Clinic:
    """Change these fields of Clinic and no others. Raises ValidationError."""
    held = Clinic.objects.select_for_update().get(pk=clinic.pk)
    for name, value in details.items():
        setattr(held, name, value)
    held.full_clean()
    if details:
        held.save(update_fields=list(details))
    return held


@transaction.atomic
def undo_clinic_change(*, clinic: Clinic, change: int) -> None:
    """What stood before this change (the key of a state in its history) stands again. Raises ChangedSince,
    ValidationError."""
    held = Clinic.objects.select_for_update().get(pk=clinic.pk)
    states: Any = held.events.order_by("pgh_id")  # type: ignore[attr-defined]
    after = states.filter(pgh_id=change).first()
    before = states.filter(pgh_id__lt=change).last()
    if after is None or before is None or not stands(held, before, after):
        raise ChangedSince
    names = changed(before, after)
    for name in names:
        setattr(held, name, getattr(before, name))
    held.full_clean()
    if names:
        held.save(update_fields=names)


@transaction.atomic
def set_logo(*, clinic: Clinic, png: bytes, by: User, now: datetime) -> None:
    """Shown from the next page on; `png` is drawn anew (accounts/logo.py), empty for none. Earlier ones are kept."""
    held = Clinic.objects.select_for_update().get(pk=clinic.pk)
    held.logo = name_of(png) if png else ""
    if png:
        made = {"png": png, "made_at": now, "made_by": by}
        ClinicLogo.objects.get_or_create(clinic=held, name=held.logo, defaults=made)
    held.save(update_fields=["logo"])


@transaction.atomic
def close_on(*, clinic: Clinic, day: date, now: datetime) -> None:
    """Nobody answers the phone on this day; days that are over leave the list. Idempotent.

    Raises ValidationError when there are too many.
    """
    held = Clinic.objects.select_for_update().get(pk=clinic.pk)
    today = now.astimezone(held.zone).date()
    held.closed_on = sorted({each for each in held.closed_on if each >= today} | {day})
    held.full_clean()
    held.save(update_fields=["closed_on"])


@transaction.atomic
def open_again_on(*, clinic: Clinic, day: date) -> None:
    """The phone is answered after all. Idempotent."""
    held = Clinic.objects.select_for_update().get(pk=clinic.pk)
    held.closed_on = [each for each in held.closed_on if each != day]
    held.save(update_fields=["closed_on"])
