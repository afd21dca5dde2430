"""Hold a time, book it, release it: for a visit request, or for a patient on the phone."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import Notice, User
from patients.models import Patient, VisitRequest
from scheduling.models import Consultation, VisitType
from scheduling.rules.hours import Slot
from scheduling.visits.actions.locks import NotWaiting, lock_patient, lock_times, place, taking
from scheduling.visits.actions.notify import notify_patient
from scheduling.visits.actions.referral import note_planned

HOLD_FOR = timedelta(minutes=10)
State = Consultation.State


def hold(
    *,
    request: VisitRequest,
    slot: Slot,
    by: User,
    now: datetime,
    kind: VisitType | None = None,
) -> Consultation:
    """Keep the time for ten minutes while staff make sure; an earlier hold of the request moves.

    Raises SlotTaken, Busy, NotWaiting.
    """
    with taking(slot, request.episode.patient, now, kind, visit_request=request):
        visit = visit_of(request, slot)
        if visit.state != State.HELD:
            raise NotWaiting
        visit.visit_type = kind
        _keep(visit, slot, by, now)
    return visit


def hold_for_call(
    *, patient: Patient, kind: VisitType | None, slot: Slot, by: User, now: datetime
) -> Consultation:
    """The same for a patient of whom no clinician has asked a visit; the hold that the same person has
    for them moves. Raises SlotTaken, Busy."""
    own = {"patient_id": patient.pk, "visit_request": None, "held_by": by, "offered_at": None}
    with taking(slot, patient, now, kind, state=State.HELD, **own):
        lock_patient(patient)
        held = Consultation.objects.filter(state=State.HELD, **own).first()
        visit = held or Consultation(patient=patient, state=State.HELD)
        visit.visit_type = kind
        _keep(visit, slot, by, now)
    return visit


def book(
    *,
    request: VisitRequest,
    slot: Slot,
    by: User,
    now: datetime,
    kind: VisitType | None = None,
) -> Consultation:
    """Book the time, held before or not, close the request and tell the patient.

    Idempotent: the same booking sent twice makes one visit. Raises SlotTaken, Busy, NotWaiting.
    """
    with taking(slot, request.episode.patient, now, kind, visit_request=request):
        visit = visit_of(request, slot)
        if visit.state == State.HELD:
            visit.visit_type = kind
            VisitRequest.objects.filter(pk=request.pk).update(closed_at=now, closed_by=by)
            turn_into_visit(visit, slot, by, now)
        elif visit.slot != slot:
            raise NotWaiting
    return visit


def book_held(*, held: Consultation, by: User, now: datetime) -> Consultation:
    """Book the time that is held without a request, also when it has run out and is still free.

    Idempotent. Raises SlotTaken, Busy, and NotWaiting when it was let go or has changed.
    """
    slot = held.slot
    with taking(slot, held.patient, now, held.visit_type, pk=held.pk):
        lock_patient(held.patient)
        visit = Consultation.objects.not_cancelled().filter(pk=held.pk).first()
        if visit is None or visit.slot != slot:
            raise NotWaiting
        if visit.state == State.HELD:
            turn_into_visit(visit, slot, by, now)
    return visit


def release(*, held: Consultation) -> None:
    """Release a hold; a visit that was booked meanwhile stays."""
    Consultation.objects.filter(pk=held.pk, state=State.HELD).delete()


def visit_of(request: VisitRequest, slot: Slot) -> Consultation:
    """The hold or visit of this request, or a hold to be; of several times that are offered, the one at
    `slot`. Nobody else can change it until we are done. Raises NotWaiting when the request was closed
    without a visit."""
    patient = request.episode.patient
    lock_patient(patient)
    rows = list(Consultation.objects.not_cancelled().filter(visit_request=request))
    visit = next((row for row in rows if row.slot == slot), rows[0] if rows else None)
    if visit is None and not VisitRequest.objects.waiting().filter(pk=request.pk).exists():
        raise NotWaiting
    return visit or Consultation(visit_request=request, patient=patient, state=State.HELD)


def _keep(visit: Consultation, slot: Slot, by: User, now: datetime) -> None:
    visit.held_until, visit.held_by, visit.offered_at = now + HOLD_FOR, by, None
    let_others_go(visit, slot)
    place(visit, slot, now)


def turn_into_visit(visit: Consultation, slot: Slot, by: User, now: datetime) -> None:
    visit.state, visit.booked_at, visit.booked_by = State.BOOKED, now, by
    visit.held_until = visit.held_by = visit.offered_at = None
    let_others_go(visit, slot)
    note_planned(visit, slot.starts, by, now)
    notify_patient(visit, Notice.Kind.VISIT_BOOKED, now)
    place(visit, slot, now)


def let_others_go(visit: Consultation, slot: Slot) -> None:
    """Of the times that were offered together only this one is left; its patient is locked already."""
    if visit.offer_set is None:
        return
    lock_times(visit, slot)  # before rows that others may release while they have these locks
    offered = Consultation.objects.filter(offer_set=visit.offer_set, state=State.HELD)
    offered.exclude(pk=visit.pk).delete()
    visit.offer_set = visit.choice = None
