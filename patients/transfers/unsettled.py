"""What a clinic has to settle before it lets a patient go for good. Apps above register what they hold (scheduling)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _

from patients.models import Flag, Intake, Patient, VisitRequest

Holds = Callable[[Patient, datetime], str]
holds: list[Holds] = []


def has_to_be_settled(hold: Holds) -> Holds:
    """The decorator: gives one line of words, or "" where nothing is open."""
    holds.append(hold)
    return hold


def unsettled(patient: Patient, now: datetime) -> list[str]:
    """In words; empty when nothing is open."""
    return [said for hold in holds if (said := hold(patient, now))]


@has_to_be_settled
def _safety(patient: Patient, _now: datetime) -> str:
    waits = Flag.objects.holding().filter(episode__patient=patient).exists()
    return _("A safety answer waits at the safety desk.") if waits else ""


@has_to_be_settled
def _flags(patient: Patient, _now: datetime) -> str:
    waits = Flag.objects.open().filter(episode__patient=patient, shadow=False, holds_rules=False)
    return _("A flag is not decided yet.") if waits.exists() else ""


@has_to_be_settled
def _intake(patient: Patient, _now: datetime) -> str:
    waits = Intake.objects.unreviewed().filter(episode__patient=patient).exists()
    return _("First questions are not reviewed yet.") if waits else ""


@has_to_be_settled
def _requests(patient: Patient, _now: datetime) -> str:
    waits = VisitRequest.objects.waiting().filter(episode__patient=patient).exists()
    return _("A visit is asked for, and none is booked.") if waits else ""
