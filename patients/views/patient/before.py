"""Home before the first step: where the intake stands, and never a tier."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from accounts.access import Request
from patients.clocks import read_by
from patients.models import Episode


def before_first_step(request: Request, episode: Episode) -> HttpResponse:
    intake = episode.intake
    page = {
        "given_name": episode.patient.name.split()[0],
        "is_stopped": intake.is_stopped,
        "is_sent": intake.sent_at is not None,
        "read_by": read_by(intake.sent_at, episode.patient.clinic) if intake.sent_at else None,
    }
    return render(request, "patients/intake_home.html", page)
