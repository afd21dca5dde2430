"""Deadlines: by when a flag should be decided, in the clinic's working days."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

from accounts.models import Clinic
from pathway.models import Protocol

END_OF_DAY = time(17)
SATURDAY = 5
READ_WITHIN = 2  # working days, for an intake; what the patient is told, not a threshold of a rule


def working_days_after(day: date, days: int, closed: Collection[date] = ()) -> date:
    """The day so many working days after `day`; neither weekends nor the clinic's holidays count."""
    while days > 0:
        day += timedelta(days=1)
        days -= day.weekday() < SATURDAY and day not in closed
    return day


def read_by(sent_at: datetime, clinic: Clinic) -> date:
    """The clinic's day by which the care team has read an intake."""
    day = sent_at.astimezone(clinic.zone).date()
    return working_days_after(day, READ_WITHIN, clinic.closed_on)


def due_by(kind: str, protocol: Protocol, clinic: Clinic, now: datetime) -> datetime:
    """When a flag of this kind, opened now, is due: minutes, or 17:00 some working days on."""
    deadline = protocol.deadline(kind)
    if deadline.unit == "minutes":
        return now + timedelta(minutes=deadline.amount)
    today = now.astimezone(clinic.zone).date()
    day = working_days_after(today, deadline.amount, clinic.closed_on)
    return datetime.combine(day, END_OF_DAY, clinic.zone)
