"""The patient confirms, arrives, is seen; or does not come."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from patients.models import VisitRequest
from scheduling.models import Consultation
from scheduling.queries import TO_COME
from scheduling.slots import day_bounds
from scheduling.visits.actions.change import REBOOK_WITHIN
from scheduling.visits.actions.locks import CannotChange, lock_patient, turn
from scheduling.visits.actions.referral import note_seen
from scheduling.visits.actions.sessions import count_session

State = Consultation.State


def mark_confirmed(*, visit: Consultation, by: User, now: datetime) -> None:
    """The patient has said that they will come. Raises CannotChange, also once it has begun."""
    booked = Consultation.objects.filter(pk=visit.pk, state=State.BOOKED)
    ahead = booked.filter(period__startswith__gt=now)
    if not ahead.update(state=State.CONFIRMED, confirmed_at=now, confirmed_by=by):
        raise CannotChange


def mark_arrived(*, visit: Consultation, by: User, now: datetime) -> None:
    """The patient is here, on the day of the visit or later. Raises CannotChange."""
    clinic = visit.patient.clinic
    today = now.astimezone(clinic.zone).date()
    _midnight, end_of_today = day_bounds(clinic, today, today)
    booked = Consultation.objects.filter(pk=visit.pk, state__in=TO_COME)
    booked = booked.filter(period__startswith__lt=end_of_today)
    if not booked.update(state=State.ARRIVED, arrived_at=now, arrived_by=by):
        raise CannotChange


@transaction.atomic
def mark_done(*, visit: Consultation, by: User, now: datetime) -> None:
    """The visit of a patient who arrived is over; of therapy, it is a session of the programme.

    Raises CannotChange.
    """
    arrived = Consultation.objects.filter(pk=visit.pk, state=State.ARRIVED)
    if not arrived.update(state=State.DONE, done_at=now, done_by=by):
        raise CannotChange
    count_session(visit=visit, by=by, now=now)
    note_seen(visit, by, now)


def mark_no_show(*, visit: Consultation, reason: str, by: User, now: datetime) -> None:
    """The patient did not come: they are called, and need a visit as before. Nobody is discharged.

    Raises CannotChange, also before it begins, and Busy.
    """
    with turn():
        lock_patient(visit.patient)
        missed = Consultation.objects.filter(pk=visit.pk, state__in=TO_COME)
        missed = missed.filter(period__startswith__lte=now)
        stamps = {"no_show_at": now, "no_show_by": by, "no_show_reason": reason}
        again = None
        if visit.visit_request_id is None:
            again = visit.patient.clinic_date(now) + REBOOK_WITHIN
        if not missed.update(state=State.NO_SHOW, rebook_by=again, **stamps):
            raise CannotChange
        VisitRequest.objects.filter(consultations=visit).update(closed_at=None, closed_by=None)
