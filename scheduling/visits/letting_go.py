"""What scheduling holds of a patient who goes on in another clinic (patients/transfers/unsettled.py)."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from patients.models import Patient
from patients.transfers.unsettled import has_to_be_settled
from scheduling.models import Consultation, Referral, WaitlistEntry


@has_to_be_settled
def _visits(patient: Patient, now: datetime) -> str:
    ahead = Consultation.objects.filter(patient=patient).ahead_or_offered(now)
    return _("A visit is booked, or a time is held.") if ahead.exists() else ""


@has_to_be_settled
def _waitlist(patient: Patient, _now: datetime) -> str:
    waits = WaitlistEntry.objects.open().filter(patient=patient).exists()
    return _("They stand in line for an earlier time.") if waits else ""


@has_to_be_settled
def _referral(patient: Patient, _now: datetime) -> str:
    waits = Referral.objects.filter(patient=patient).open().exists()
    return _("A VA referral is open.") if waits else ""
