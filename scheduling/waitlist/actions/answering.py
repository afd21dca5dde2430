"""An offer from the waitlist is accepted or let go; a place in line is taken and given up."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.constraints import refused_as
from accounts.models import Notice, User
from patients.models import Patient
from scheduling.models import Consultation, WaitlistEntry, WaitlistOffer
from scheduling.visits.actions.book import book_held
from scheduling.visits.actions.locks import MovedOn, lock_patient, lock_times, place, taking, turn
from scheduling.visits.actions.notify import notify_patient

Answer, Closing, State = WaitlistOffer.Answer, WaitlistEntry.Closing, Consultation.State


class InLineAlready(Exception):
    """The patient is in line for a visit of this type."""


class OfferOver(MovedOn):
    """The time is no longer kept for them: it was answered, ran out, or was let go."""


def join_waitlist(*, patient: Patient, by: User, now: datetime, **wish: Any) -> WaitlistEntry:
    """The fields of WaitlistEntry; the same said twice is one place. Raises InLineAlready."""
    mine = WaitlistEntry.objects.open().filter(patient=patient, **wish).first()
    if mine is not None:
        return mine
    with refused_as(InLineAlready, "one_place_in_line_per_type"):
        return WaitlistEntry.objects.create(patient=patient, added_at=now, added_by=by, **wish)


def leave_waitlist(*, entry: WaitlistEntry, by: User, now: datetime) -> None:
    """They want no other time any more; what is held for them is free again. Idempotent. Raises Busy."""
    with turn():
        lock_patient(entry.patient)
        for offer in entry.offers.unanswered().select_related("hold"):
            _end(offer, Answer.RELEASED, now)
        close(entry, Closing.WITHDRAWN, by, now)


def accept_offered(*, offer: WaitlistOffer, by: User, now: datetime) -> Consultation:
    """Book the time, or move the visit that they have to it, and leave the line, in one transaction.
    Twice is once. Raises OfferOver, SlotTaken, Busy, NotWaiting."""
    with turn():
        lock_patient(offer.entry.patient)
        offer = _fresh(offer)
        if offer.answer == Answer.ACCEPTED:
            return Consultation.objects.get(waitlist_entries=offer.entry_id)
        hold = _kept(offer, now)
        has = offer.entry.visit
        if has is not None and has.is_to_come:
            visit = _move(has, hold, by, now)
        else:
            visit = book_held(held=hold, by=by, now=now)
        _accepted(offer, visit, by, now)
    return visit


def let_go(*, offer: WaitlistOffer, answer: str, now: datetime) -> None:
    """The patient, or staff for them, let the time go; they stay in line. Raises OfferOver, Busy."""
    with turn():
        lock_patient(offer.entry.patient)
        offer = _fresh(offer)
        _kept(offer, now)
        _end(offer, answer, now)


def _fresh(offer: WaitlistOffer) -> WaitlistOffer:
    related = ("entry__patient__clinic", "entry__patient__user", "entry__visit__patient__clinic")
    more = ("entry__visit__patient__user", "entry__visit__visit_type", "hold__visit_type")
    rows = WaitlistOffer.objects.select_related(*related, *more, "hold__patient__user")
    return rows.get(pk=offer.pk)


def _kept(offer: WaitlistOffer, now: datetime) -> Consultation:
    hold = offer.hold
    over = offer.answer or hold is None or hold.state != State.HELD or offer.until <= now
    if hold is None or over:
        raise OfferOver
    return hold


def _move(visit: Consultation, hold: Consultation, by: User, now: datetime) -> Consultation:
    """The visit takes the place of what is held; its old time is free for the next in line."""
    slot = hold.slot
    with taking(slot, visit.patient, now, hold.visit_type, pk__in=[visit.pk, hold.pk]):
        lock_times(
            visit, slot
        )  # before the row that others may release while they have these locks
        hold.delete()
        visit.state, visit.confirmed_at, visit.confirmed_by = State.BOOKED, None, None
        visit.booked_at, visit.booked_by, visit.visit_type = now, by, hold.visit_type
        visit.sequence += 1
        notify_patient(visit, Notice.Kind.VISIT_BOOKED, now)
        place(visit, slot, now)
    return visit


def _accepted(offer: WaitlistOffer, visit: Consultation, by: User, now: datetime) -> None:
    said = {"answer": Answer.ACCEPTED, "answered_at": now}
    WaitlistOffer.objects.filter(pk=offer.pk).update(**said)
    WaitlistEntry.objects.filter(pk=offer.entry_id).update(visit=visit)
    close(offer.entry, Closing.BOOKED, by, now)


def close(entry: WaitlistEntry, closing: str, by: User, now: datetime) -> None:
    open_entry = WaitlistEntry.objects.open().filter(pk=entry.pk)
    open_entry.update(closed_at=now, closed_by=by, closing=closing)


def _end(offer: WaitlistOffer, answer: str, now: datetime) -> None:
    said = {"answer": answer, "answered_at": now}
    WaitlistOffer.objects.unanswered().filter(pk=offer.pk).update(**said)
    if offer.hold is not None:
        Consultation.objects.filter(pk=offer.hold.pk, state=State.HELD).delete()
