"""A booked visit is cancelled or moved."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Notice, User
from patients.models import VisitRequest
from scheduling.models import Consultation
from scheduling.rules.hours import Slot
from scheduling.visits.actions.locks import CannotChange, lock_patient, place, taking, turn
from scheduling.visits.actions.notify import notify_patient

State = Consultation.State


def cancel(*, visit: Consultation, reason: str, by: User, now: datetime) -> Consultation:
    """Free the time; the request needs a visit again. Raises CannotChange, Busy."""
    with turn():
        booked = _booked(visit)
        booked.state, booked.cancel_reason = State.CANCELLED, reason
        booked.cancelled_at, booked.cancelled_by = now, by
        booked.sequence += 1
        booked.save()
        VisitRequest.objects.filter(consultations=booked).update(closed_at=None, closed_by=None)
        notify_patient(booked, Notice.Kind.VISIT_CANCELLED, now)
    return booked


def reschedule(*, visit: Consultation, slot: Slot, by: User, now: datetime) -> Consultation:
    """Move the visit and free its old time in one transaction; history keeps who moved it.

    Idempotent: the same move sent twice is one move. Raises SlotTaken, CannotChange, Busy.
    """
    with taking(slot, visit.patient, now, visit.visit_type, pk=visit.pk):
        booked = _booked(visit)
        if booked.slot != slot:
            booked.booked_at, booked.booked_by = now, by
            booked.sequence += 1
            notify_patient(booked, Notice.Kind.VISIT_CANCELLED, now)
            place(booked, slot, now)
    return booked


def _booked(visit: Consultation) -> Consultation:
    """The visit as it is now; its patient is locked until we are done."""
    lock_patient(visit.patient)
    booked = Consultation.objects.select_related("patient__clinic", "patient__user").get(
        pk=visit.pk
    )
    if booked.state != State.BOOKED:
        raise CannotChange
    return booked
