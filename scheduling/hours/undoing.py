"""What became of visits when time was taken away, found again by its moment, and undone where it still can be."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from accounts.models import Clinic, Membership, User
from scheduling.models import Consultation
from scheduling.queries import HELD, TO_COME, ConsultationQuerySet
from scheduling.visits.actions.give import fits, give
from scheduling.visits.actions.locks import CannotChange, MovedOn, Refused, lock_patient, turn
from scheduling.visits.actions.undo import undo_step

State = Consultation.State
UNDO_WITHIN = timedelta(minutes=10)


def moved_at(clinic: Clinic, by: User, at: datetime) -> ConsultationQuerySet:
    """Visits that went to a colleague at this moment, and were not touched since."""
    given = Consultation.objects.of(clinic).filter(booked_at=at, booked_by=by, sequence__gt=0)
    return given.filter(state__in=TO_COME).order_by("period", "pk")


def cancelled_at(clinic: Clinic, by: User, at: datetime) -> ConsultationQuerySet:
    """Visits that were cancelled at this moment since the clinician is away, and still are."""
    away = Consultation.objects.of(clinic).filter(cancelled_at=at, cancelled_by=by)
    reason = Consultation.Reason.CLINICIAN_AWAY
    return away.filter(state=State.CANCELLED, cancel_reason=reason).order_by("period", "pk")


def offered_at(clinic: Clinic, by: User, at: datetime) -> ConsultationQuerySet:
    """The times that their patients were offered instead and have not answered."""
    return Consultation.objects.of(clinic).offers().filter(offered_at=at, held_by=by)


def undo_settled(*, clinic: Clinic, by: User, at: datetime, now: datetime) -> list[Consultation]:
    """Each visit on its own: back to its clinician and its time. Returns those that stay as they are since
    somebody has the time by now, or the patient has another. The time off is withdrawn before."""
    undone = Q()
    for visit in [*moved_at(clinic, by, at), *cancelled_at(clinic, by, at)]:
        try:
            _put_back(visit.pk, by=by, at=at, now=now)
        except (Refused, MovedOn):
            undone |= Q(pk=visit.pk)
    left = Consultation.objects.filter(undone) if undone else Consultation.objects.none()
    return list(left.select_related("patient", "clinician__user").order_by("period", "pk"))


def _put_back(pk: int, *, by: User, at: datetime, now: datetime) -> None:
    related = ("patient__clinic", "patient__user", "clinician__user", "visit_type")
    with turn():
        visit = Consultation.objects.select_related(*related).get(pk=pk)
        lock_patient(visit.patient)
        visit.refresh_from_db()
        if visit.state == State.CANCELLED:
            _bring_back(visit, by, at, now)
        elif visit.booked_at == at:
            _give_back(visit, by, now)


def _bring_back(visit: Consultation, by: User, at: datetime, now: datetime) -> None:
    """What was offered instead is let go; whoever has taken one of these times keeps it."""
    theirs = Consultation.objects.filter(patient=visit.patient, visit_type=visit.visit_type)
    if theirs.filter(state__in=TO_COME, booked_at__gt=at).exists():
        raise CannotChange
    theirs.filter(state=HELD, offered_at=at, held_by=by).delete()
    undo_step(visit=visit, seen=State.CANCELLED, by=by, now=now)


def _give_back(visit: Consultation, by: User, now: datetime) -> None:
    events: Any = visit.events  # type: ignore[attr-defined]
    others = events.exclude(clinician=visit.clinician_id).order_by("-pgh_id")
    before = Membership.objects.select_related("user", "clinic").get(
        pk=others.values("clinician")[:1]
    )
    if before.ended_at or not fits(visit, before, now):
        raise CannotChange
    give(visit, before, by, now)
