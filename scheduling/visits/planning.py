"""A series as it would be, before anything is saved."""

from __future__ import annotations

from datetime import datetime

from scheduling import slots
from scheduling.models import Consultation
from scheduling.rules.series import NEAR, Session, days_of, series


def planned_series(held: Consultation, *, times: int, every: int, now: datetime) -> list[Session]:
    """From the time that is held on, with its clinician; three queries, however many."""
    clinic, kind = held.patient.clinic, held.visit_type
    days = days_of(held.slot.day(clinic.zone), times, every)
    first, last = days[0], days[-1] + NEAR
    offered = slots.offered(clinic, first, last, clinician=held.clinician_id, kind=kind)
    free = slots.free(clinic, offered, patient=held.patient, now=now, kind=kind)
    return series(held.slot, days, offered=offered, free=[held.slot, *free], zone=clinic.zone)
