"""Two weeks of free times for a patient, by day, and where to look further."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from patients.models import Patient
from scheduling import slots as diary
from scheduling.models import VisitType
from scheduling.rules.hours import Slot
from scheduling.visits.actions.book_own import bookable

DAYS_SHOWN = timedelta(days=13)
YEAR = timedelta(days=364)


def free_times(
    patient: Patient,
    kind: VisitType | None,
    asked: str | None,
    now: datetime,
    clinician: int | None = None,
) -> dict[str, Any]:
    """From the day asked for (`?from=2027-01-11`); with the clinician if they have any, else with others."""
    today, clinic = patient.clinic_date(now), patient.clinic
    first = _day(asked, today)
    found = diary.free_between(patient, first, first + DAYS_SHOWN, now=now, kind=kind)
    slots = [slot for slot in found if kind is None or bookable(kind, slot, patient, now)]
    same = [slot for slot in slots if slot.clinician == clinician]
    return {
        "clinic": clinic,
        "days": _by_day(patient, same or slots),
        "others": clinician is not None and bool(slots) and not same,
        "earlier": max(today, first - DAYS_SHOWN - date.resolution) if first > today else None,
        "later": first + DAYS_SHOWN + date.resolution,
    }


def is_free(slot: Slot, patient: Patient, kind: VisitType | None, now: datetime) -> bool:
    return bool(diary.free(patient.clinic, [slot], patient=patient, now=now, kind=kind))


def _by_day(patient: Patient, slots: list[Slot]) -> list[tuple[date, list[diary.Offer]]]:
    zone = patient.clinic.zone
    offers = diary.name(patient.clinic, slots)
    return [(day, list(there)) for day, there in groupby(offers, lambda one: one.slot.day(zone))]


def _day(asked: str | None, today: date) -> date:
    try:
        day = date.fromisoformat(asked or "")
    except ValueError:
        return today
    return min(max(day, today), today + YEAR)
