"""Every opening of a record by staff leaves a line that the patient can read."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from patients.models import AccessLog, Patient


def note_access(*, patient: Patient, user: User, page: str, now: datetime) -> None:
    AccessLog.objects.create(patient=patient, user=user, page=page, at=now)
