"""A new clinic is opened; the operator invites its first administrator."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.actions.invite import invite
from accounts.models import Clinic, Invitation


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
