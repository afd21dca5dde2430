"""A patient wants texts at a number, or does not want them any more; STOP ends them for the number."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from patients.models import Patient
from scheduling.models import TextConsent
from scheduling.texts.actions.send import post_welcome

Why = TextConsent.Why


@transaction.atomic
def agree_to_texts(*, patient: Patient, phone: str, by: User, now: datetime) -> TextConsent:
    """At this number (E.164) instead of any other; said twice it is once. One text says how to end them."""
    Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
    current = TextConsent.objects.open().filter(patient=patient)
    same = current.filter(phone=phone).first()
    if same is not None:
        return same
    current.update(ended_at=now, ended_why=Why.CHANGED)
    consent = TextConsent.objects.create(patient=patient, phone=phone, given_at=now, given_by=by)
    post_welcome(consent=consent, now=now)
    return consent


def end_texts(*, patient: Patient, now: datetime) -> None:
    """They turned texts off. Idempotent."""
    TextConsent.objects.open().filter(patient=patient).update(ended_at=now, ended_why=Why.ASKED)


def stop_number(*, phone: str, now: datetime) -> int:
    """STOP came from this number: nobody is texted there any more. Returns for how many patients."""
    return TextConsent.objects.open().filter(phone=phone).update(ended_at=now, ended_why=Why.STOP)
