"""Hold a time for a visit request, book it, release it."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import Notice, User
from patients.models import VisitRequest
from scheduling.models import Consultation
from scheduling.rules.hours import Slot
from scheduling.visits.actions.locks import NotWaiting, lock_patient, place, taking
from scheduling.visits.actions.notify import notify_patient

HOLD_FOR = timedelta(minutes=10)
State = Consultation.State


def hold(*, request: VisitRequest, slot: Slot, by: User, now: datetime) -> Consultation:
    """Keep the time for ten minutes while staff make sure; an earlier hold of the request moves.

    Raises SlotTaken, Busy, NotWaiting.
    """
    with taking(slot, request.episode.patient, now, visit_request=request):
        visit = visit_of(request)
        if visit.state != State.HELD:
            raise NotWaiting
        visit.held_until, visit.held_by = now + HOLD_FOR, by
        visit.offered_at = None
        place(visit, slot, now)
    return visit


def book(*, request: VisitRequest, slot: Slot, by: User, now: datetime) -> Consultation:
    """Book the time, held before or not, close the request and tell the patient.

    Idempotent: the same booking sent twice makes one visit. Raises SlotTaken, Busy, NotWaiting.
    """
    with taking(slot, request.episode.patient, now, visit_request=request):
        visit = visit_of(request)
        if visit.state == State.HELD:
            _turn_into_visit(visit, by, now)
            VisitRequest.objects.filter(pk=request.pk).update(closed_at=now, closed_by=by)
            notify_patient(visit, Notice.Kind.VISIT_BOOKED, now)
            place(visit, slot, now)
        elif visit.slot != slot:
            raise NotWaiting
    return visit


def release(*, held: Consultation) -> None:
    """Release a hold; a visit that was booked meanwhile stays."""
    Consultation.objects.filter(pk=held.pk, state=State.HELD).delete()


def visit_of(request: VisitRequest) -> Consultation:
    """The hold or visit of this request, or a hold to be; nobody else can change it until we are
    done. Raises NotWaiting when the request was closed without a visit."""
    patient = request.episode.patient
    lock_patient(patient)
    visit = Consultation.objects.not_cancelled().filter(visit_request=request).first()
    if visit is None and not VisitRequest.objects.waiting().filter(pk=request.pk).exists():
        raise NotWaiting
    return visit or Consultation(visit_request=request, patient=patient, state=State.HELD)


def _turn_into_visit(visit: Consultation, by: User, now: datetime) -> None:
    visit.state, visit.booked_at, visit.booked_by = State.BOOKED, now, by
    visit.held_until = visit.held_by = visit.offered_at = None
