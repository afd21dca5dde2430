"""The patient hears of a visit by e-mail: that something waits, never what it is about."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from accounts.actions import post_notice
from accounts.models import Notice
from scheduling.models import Consultation


def notify_patient(visit: Consultation, kind: Notice.Kind, now: datetime) -> None:
    """One message for each change of the visit; who has no account has to be called."""
    patient = visit.patient
    if patient.user is None:
        return
    post_notice(
        kind=kind,
        key=f"visit:{visit.uid}:{visit.sequence}",
        clinic=patient.clinic,
        email=patient.user.email,
        whom=patient.mail_name,
        language=patient.language,
        path=reverse("visits"),
        now=now,
    )
