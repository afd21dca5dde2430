"""A time is offered to the patient: held for a day, to accept or to let go."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.urls import reverse

from accounts.actions import post_notice
from accounts.models import Notice, User
from patients.models import VisitRequest
from scheduling.models import Consultation, VisitType
from scheduling.rules.hours import Slot
from scheduling.visits.actions.book import book, book_held, let_others_go, visit_of
from scheduling.visits.actions.locks import MovedOn, NotWaiting, lock_patient, place, taking

OFFER_FOR = timedelta(hours=24)


class OfferEnded(MovedOn):
    """The time is no longer kept for the patient."""


def offer(
    *,
    request: VisitRequest,
    slot: Slot,
    by: User,
    now: datetime,
    kind: VisitType | None = None,
) -> Consultation:
    """Keep the time for a day, never past its start, and tell the patient to look.

    Raises SlotTaken, Busy, NotWaiting.
    """
    with taking(slot, request.episode.patient, now, kind, visit_request=request):
        visit = visit_of(request, slot)
        if visit.state != Consultation.State.HELD:
            raise NotWaiting
        visit.visit_type = kind
        _offer(visit, slot, by, now)
    return visit


def offer_held(*, held: Consultation, by: User, now: datetime) -> Consultation:
    """The same for a time that is held without a request. Raises SlotTaken, Busy, NotWaiting."""
    with taking(held.slot, held.patient, now, held.visit_type, pk=held.pk):
        lock_patient(held.patient)
        visit = Consultation.objects.filter(pk=held.pk, state=Consultation.State.HELD).first()
        if visit is None or visit.slot != held.slot:
            raise NotWaiting
        _offer(visit, visit.slot, by, now)
    return visit


def _offer(visit: Consultation, slot: Slot, by: User, now: datetime) -> None:
    visit.held_until, visit.held_by = min(now + OFFER_FOR, slot.starts), by
    visit.offered_at = now
    let_others_go(visit, slot)
    place(visit, slot, now)
    tell(visit, now)


def accept_offer(*, visit: Consultation, by: User, now: datetime) -> Consultation:
    """Book the time that was offered. Raises OfferEnded, SlotTaken, Busy, NotWaiting."""
    if visit.held_until is None or visit.held_until <= now:
        raise OfferEnded
    if visit.visit_request is None:
        return book_held(held=visit, by=by, now=now)
    kind = visit.visit_type
    return book(request=visit.visit_request, slot=visit.slot, by=by, now=now, kind=kind)


def tell(visit: Consultation, now: datetime) -> None:
    patient = visit.patient
    if patient.user is None:
        return
    post_notice(
        kind=Notice.Kind.VISIT_OFFERED,
        key=f"visit-offer:{visit.uid}:{now:%Y%m%d%H%M%S}",
        clinic=patient.clinic,
        email=patient.user.email,
        whom=patient.mail_name,
        language=patient.language,
        path=reverse("visits"),
        now=now,
    )
