"""A visit to come is cancelled or moved."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from accounts.models import Notice, User
from patients.models import VisitRequest
from scheduling.models import Consultation
from scheduling.queries import TO_COME
from scheduling.rules.hours import Slot
from scheduling.visits.actions.locks import CannotChange, lock_patient, place, taking, turn
from scheduling.visits.actions.notify import notify_patient

State = Consultation.State
REBOOK_WITHIN = timedelta(days=7)
MOVE_BACK_WITHIN = timedelta(minutes=10)


def cancel(
    *, visit: Consultation, reason: str, by: User, now: datetime, wanted_again: bool = True
) -> Consultation:
    """Free the time. A request needs a visit again; a visit without one is to be booked again when it
    is `wanted_again`. Raises CannotChange, Busy."""
    with turn():
        booked = _booked(visit)
        booked.state, booked.cancel_reason = State.CANCELLED, reason
        booked.cancelled_at, booked.cancelled_by = now, by
        if wanted_again and booked.visit_request_id is None:
            booked.rebook_by = booked.patient.clinic_date(now) + REBOOK_WITHIN
        booked.sequence += 1
        booked.save()
        VisitRequest.objects.filter(consultations=booked).update(closed_at=None, closed_by=None)
        notify_patient(booked, Notice.Kind.VISIT_CANCELLED, now)
    return booked


def drop_rebooking(*, visit: Consultation) -> None:
    """The patient needs no other time; history keeps that they did. Idempotent."""
    Consultation.objects.filter(pk=visit.pk).update(rebook_by=None)


def reschedule(*, visit: Consultation, slot: Slot, by: User, now: datetime) -> Consultation:
    """Move the visit and free its old time in one transaction; history keeps who moved it.

    Idempotent: the same move sent twice is one move. Raises SlotTaken, CannotChange, Busy.
    """
    with taking(slot, visit.patient, now, visit.visit_type, pk=visit.pk):
        booked = _booked(visit)
        if booked.slot != slot:
            booked.state, booked.confirmed_at, booked.confirmed_by = State.BOOKED, None, None
            booked.booked_at, booked.booked_by = now, by
            booked.sequence += 1
            notify_patient(booked, Notice.Kind.VISIT_CANCELLED, now)
            place(booked, slot, now)
    return booked


def move_back(*, visit: Consultation, by: User, now: datetime) -> Consultation:
    """Undo the last move, within ten minutes of it. Raises CannotChange, SlotTaken, Busy."""
    before = moved_from(visit, now)
    if before is None:
        raise CannotChange
    return reschedule(visit=visit, slot=before, by=by, now=now)


def moved_from(visit: Consultation, now: datetime) -> Slot | None:
    """Where a visit was that moved within the last ten minutes; None for any other."""
    if not visit.is_to_come or visit.booked_at is None or visit.booked_at <= now - MOVE_BACK_WITHIN:
        return None
    events: Any = visit.events  # type: ignore[attr-defined]
    at_other_times = events.filter(state__in=TO_COME).exclude(period=visit.period)
    before = at_other_times.order_by("-pgh_id").first()
    if before is None:
        return None
    was = Consultation(
        period=before.period,
        blocked=before.blocked,
        clinician_id=before.clinician_id,
        room_id=before.room_id,
    )
    return was.slot if was.starts > now else None


def _booked(visit: Consultation) -> Consultation:
    """The visit as it is now; its patient is locked until we are done."""
    lock_patient(visit.patient)
    booked = Consultation.objects.select_related("patient__clinic", "patient__user").get(
        pk=visit.pk
    )
    if not booked.is_to_come:
        raise CannotChange
    return booked
