"""The patient arrives, and the visit ends."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from scheduling.models import Consultation
from scheduling.slots import day_bounds
from scheduling.visits.actions.locks import CannotChange

State = Consultation.State


def mark_arrived(*, visit: Consultation, by: User, now: datetime) -> None:
    """A booked patient is here, on the day of the visit or later. Raises CannotChange."""
    clinic = visit.patient.clinic
    today = now.astimezone(clinic.zone).date()
    _midnight, end_of_today = day_bounds(clinic, today, today)
    booked = Consultation.objects.filter(pk=visit.pk, state=State.BOOKED)
    booked = booked.filter(period__startswith__lt=end_of_today)
    if not booked.update(state=State.ARRIVED, arrived_at=now, arrived_by=by):
        raise CannotChange


def mark_done(*, visit: Consultation, by: User, now: datetime) -> None:
    """The visit of a patient who arrived is over. Raises CannotChange."""
    arrived = Consultation.objects.filter(pk=visit.pk, state=State.ARRIVED)
    if not arrived.update(state=State.DONE, done_at=now, done_by=by):
        raise CannotChange
