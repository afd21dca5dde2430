"""Home before the first step: where the intake stands, and never a tier."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.access import Request
from patients.flags.deadlines import read_by
from patients.models import Episode


def before_first_step(request: Request, episode: Episode) -> HttpResponse:
    intake, own = episode.intake, episode.patient
    until = read_by(intake.sent_at, own.clinic) if intake.sent_at else None
    page = {
        "given_name": own.name.split()[0],
        "is_stopped": intake.is_stopped,
        "is_sent": intake.sent_at is not None,
        "read_by": until,
        "is_late": until is not None and until < own.clinic_date(timezone.now()),
    }
    return render(request, "patients/intake/intake_home.html", page)
