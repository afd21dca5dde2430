"""A patient books a visit of a type that patients may book themselves."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import User
from patients.models import Patient
from scheduling.models import Consultation, VisitType
from scheduling.queries import TO_COME
from scheduling.rules.hours import Slot
from scheduling.visits.actions.book import turn_into_visit
from scheduling.visits.actions.locks import SlotTaken, lock_patient, taking


class NotForPatients(Exception):
    """Patients do not book visits of this type themselves, or not any more."""


class HasOne(Exception):
    """They have a visit of this type to come: that one can be moved."""


def book_own(
    *, patient: Patient, kind: VisitType, slot: Slot, by: User, now: datetime
) -> Consultation:
    """Twice is once. Raises NotForPatients, HasOne, SlotTaken (too near or too far as well), Busy."""
    if not kind.self_booking or kind.retired_at or kind.clinic_id != patient.clinic_id:
        raise NotForPatients
    if not bookable(kind, slot, patient, now):
        raise SlotTaken
    mine = Consultation.objects.filter(patient=patient, visit_type=kind, state__in=TO_COME)
    with taking(slot, patient, now, kind, pk__in=mine.values("pk")):
        lock_patient(patient)
        has = mine.filter(period__startswith__gt=now).first()
        if has is not None and has.slot == slot:
            return has
        if has is not None:
            raise HasOne
        visit = Consultation(patient=patient, visit_type=kind, state=Consultation.State.HELD)
        turn_into_visit(visit, slot, by, now)
    return visit


def bookable(kind: VisitType, slot: Slot, patient: Patient, now: datetime) -> bool:
    """Neither too near nor too far ahead for patients."""
    last = patient.clinic_date(now) + timedelta(days=kind.ahead_days)
    return slot.starts > now + kind.notice and slot.day(patient.clinic.zone) <= last
