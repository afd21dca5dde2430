"""Up to three times are offered together; the patient takes one and the others are free again."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from accounts.models import User
from patients.models import Patient, VisitRequest
from scheduling.models import Consultation, VisitType
from scheduling.rules.hours import Slot
from scheduling.visits.actions.book import visit_of
from scheduling.visits.actions.locks import (
    NotWaiting,
    SlotTaken,
    lock_patient,
    lock_times,
    place,
    taking,
)
from scheduling.visits.actions.offer import OFFER_FOR, tell

State = Consultation.State


def offer_times(
    *,
    patient: Patient,
    slots: Sequence[Slot],
    by: User,
    now: datetime,
    request: VisitRequest | None = None,
    kind: VisitType | None = None,
) -> list[Consultation]:
    """Keep these times for a day, for the patient to choose one; what was held for the request before is
    let go. One e-mail tells of all.

    Raises SlotTaken, Busy, NotWaiting; then nothing is changed.
    """
    first, *others = sorted(slots)
    if _any_taken(patient, request, others, now):
        raise SlotTaken
    own = {"visit_request": request} if request else {"pk": None}
    with taking(first, patient, now, kind, **own):
        lock_patient(patient)
        lock_times(Consultation(), *_before(request), first, *others)
        if request is not None:
            if again := _offered_already(request, slots):
                return again
            _let_go(request, first)
        kept = [_row(patient, request, kind) for _slot in slots]
        return _offered(kept, sorted(slots), by, now)


def _any_taken(
    patient: Patient, request: VisitRequest | None, slots: Sequence[Slot], now: datetime
) -> bool:
    taking_time = Consultation.objects.taking_time(now)
    if request is not None:
        taking_time = taking_time.exclude(visit_request=request)
    return any(taking_time.in_the_way(slot, patient).exists() for slot in slots)


def _before(request: VisitRequest | None) -> list[Slot]:
    """The times that were held for it, whose locks are taken with those of the new ones."""
    if request is None:
        return []
    held = Consultation.objects.filter(visit_request=request, state=State.HELD)
    return [row.slot for row in held]


def _offered_already(request: VisitRequest, slots: Sequence[Slot]) -> list[Consultation]:
    """The same form sent twice: these very times, and no others."""
    held = Consultation.objects.filter(visit_request=request, state=State.HELD)
    rows = list(held.exclude(offered_at=None).order_by("choice", "pk"))
    return rows if {row.slot.key for row in rows} == {slot.key for slot in slots} else []


def _let_go(request: VisitRequest, slot: Slot) -> None:
    if visit_of(request, slot).state != State.HELD:
        raise NotWaiting
    Consultation.objects.filter(visit_request=request, state=State.HELD).delete()


def _row(patient: Patient, request: VisitRequest | None, kind: VisitType | None) -> Consultation:
    return Consultation(patient=patient, visit_request=request, visit_type=kind, state=State.HELD)


def _offered(
    rows: list[Consultation], slots: Sequence[Slot], by: User, now: datetime
) -> list[Consultation]:
    name = uuid.uuid4() if len(rows) > 1 else None
    for number, (row, slot) in enumerate(zip(rows, slots, strict=True), start=1):
        row.held_until, row.held_by, row.offered_at = min(now + OFFER_FOR, slot.starts), by, now
        row.offer_set, row.choice = name, number if name else None
        place(row, slot, now)
    tell(rows[0], now)
    return rows
