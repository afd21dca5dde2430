"""Several visits of one kind are booked at once, all of them or none."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from accounts.models import Notice, User
from scheduling.models import Consultation
from scheduling.rules.hours import Slot
from scheduling.visits.actions.locks import (
    NotWaiting,
    SlotTaken,
    lock_patient,
    lock_times,
    place,
    taking,
)
from scheduling.visits.actions.notify import notify_patient
from scheduling.visits.actions.referral import note_planned

State = Consultation.State


def book_all(
    *, held: Consultation, slots: Sequence[Slot], by: User, now: datetime
) -> list[Consultation]:
    """Book these times instead of the one that is held, for its patient and of its type; the first takes
    its place. One e-mail tells of all.

    Raises SlotTaken, Busy, and NotWaiting when the hold was let go or booked; then nothing is changed.
    """
    first, *others = sorted(slots)
    if _any_taken(held, others, now):
        raise SlotTaken
    with taking(first, held.patient, now, held.visit_type, pk=held.pk):
        lock_patient(held.patient)
        row = Consultation.objects.filter(pk=held.pk, state=State.HELD).first()
        if row is None:
            raise NotWaiting
        # All clinicians before all rooms, as for a single visit: two series may want the same two rooms.
        lock_times(row, first, *others)
        return _booked(row, [first, *others], by, now)


def _any_taken(held: Consultation, slots: Sequence[Slot], now: datetime) -> bool:
    """Most refusals are plain to see, without a lock."""
    taking_time = Consultation.objects.taking_time(now).exclude(pk=held.pk)
    return any(taking_time.in_the_way(slot, held.patient).exists() for slot in slots)


def _booked(
    held: Consultation, slots: Sequence[Slot], by: User, now: datetime
) -> list[Consultation]:
    name = uuid.uuid4() if len(slots) > 1 else None
    told = {"patient": held.patient, "visit_type": held.visit_type}
    visits = [held, *(Consultation(**told) for _slot in slots[1:])]
    for visit, slot in zip(visits, slots, strict=True):
        visit.state, visit.booked_at, visit.booked_by, visit.series = State.BOOKED, now, by, name
        visit.held_until = visit.held_by = visit.offered_at = None
        place(visit, slot, now)
    note_planned(visits[0], slots[0].starts, by, now)
    notify_patient(visits[0], Notice.Kind.VISIT_BOOKED, now)
    return visits
