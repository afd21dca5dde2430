"""When clinicians see people, and in which rooms."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F

from accounts.models import Clinic, Membership
from scheduling.models import Availability, AvailabilityException, Room


class HoursOverlap(Exception):
    """The clinician keeps other hours at this time of this weekday."""


def add_room(*, clinic: Clinic, name: str) -> Room:
    """A room by its name; the same name is the same room."""
    room, _is_new = Room.objects.get_or_create(clinic=clinic, name=name)
    return room


@transaction.atomic
def add_hours(*, membership: Membership, **pattern: Any) -> Availability:
    """Weekly hours (the fields of Availability) from a day on. Raises HoursOverlap."""
    Membership.objects.select_for_update(no_key=True).get(pk=membership.pk)
    hours = Availability(membership=membership, **pattern)
    kept = Availability.objects.filter(membership=membership, weekday=hours.weekday)
    # A pattern that was taken back before its first day is never in force.
    kept = kept.exclude(until_on__lt=F("from_on")).between(
        hours.from_on, hours.until_on or date.max
    )
    if kept.filter(starts__lt=hours.ends, ends__gt=hours.starts).exists():
        raise HoursOverlap
    hours.save()
    return hours


def end_hours(*, hours: Availability, last_day: date) -> None:
    """The hours stand until this day; booked visits stay. Earlier ends are not put off."""
    last = max(last_day, hours.from_on - date.resolution)
    Availability.objects.filter(pk=hours.pk, until_on=None).update(until_on=last)


def add_exception(*, membership: Membership, **change: Any) -> AvailabilityException:
    """Time off or extra hours on one day (the fields of AvailabilityException)."""
    return AvailabilityException.objects.create(membership=membership, **change)


def withdraw_exception(*, exception: AvailabilityException) -> None:
    """The day is like every other again; history keeps what was planned."""
    AvailabilityException.objects.filter(pk=exception.pk).delete()
