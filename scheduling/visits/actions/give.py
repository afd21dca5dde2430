"""A visit, or a time that is held, goes to a colleague; the time stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from accounts.models import Membership, Notice, User
from scheduling import slots
from scheduling.models import Consultation
from scheduling.queries import HELD
from scheduling.visits.actions.locks import place
from scheduling.visits.actions.notify import notify_patient


def fits(visit: Consultation, to: Membership, now: datetime) -> bool:
    """Free then and not away, somebody who holds such visits, and not the patient."""
    kind, slot = visit.visit_type, replace(visit.slot, clinician=to.pk, room=None)
    others = Consultation.objects.taking_time(now).in_the_way(slot, visit.patient)
    may_hold = kind is None or kind.may_be_held_by(to)
    is_free = not others.exclude(pk=visit.pk).exists() and not slots.is_away(to.clinic, slot)
    return may_hold and is_free and visit.patient.user_id != to.user_id


def give(visit: Consultation, to: Membership, by: User, now: datetime) -> None:
    """Its patient is locked already, and hears of it. Raises SlotTaken."""
    if visit.is_to_come:
        visit.state, visit.confirmed_at, visit.confirmed_by = visit.State.BOOKED, None, None
        visit.booked_at, visit.booked_by = now, by
    visit.sequence += 1
    place(visit, replace(visit.slot, clinician=to.pk), now)
    if visit.state != HELD or visit.offered_at:
        notify_patient(visit, Notice.Kind.VISIT_CANCELLED, now)
