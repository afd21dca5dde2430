"""When clinicians see people, and in which rooms."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F

from accounts.models import Clinic, Membership
from scheduling.models import Availability, AvailabilityException, Room


class HoursOverlap(Exception):
    """The clinician has other hours at this time on this weekday."""


@transaction.atomic
def add_hours(
    *, membership: Membership, room: str, weekdays: Iterable[int], **pattern: Any
) -> list[Availability]:
    """The same hours on each of these weekdays: starts, ends, slot_minutes, from_on and until_on as
    in Availability. A new room's name makes the room. Raises HoursOverlap, then nothing is kept."""
    Membership.objects.select_for_update(no_key=True).get(pk=membership.pk)
    place = _room(membership.clinic, room)
    return [
        _add(Availability(membership=membership, room=place, weekday=weekday, **pattern))
        for weekday in weekdays
    ]


def _add(hours: Availability) -> Availability:
    kept = Availability.objects.filter(membership=hours.membership, weekday=hours.weekday)
    # A pattern that was withdrawn before its first day is never in force.
    kept = kept.exclude(until_on__lt=F("from_on")).between(
        hours.from_on, hours.until_on or date.max
    )
    if kept.filter(starts__lt=hours.ends, ends__gt=hours.starts).exists():
        raise HoursOverlap
    hours.save()
    return hours


def _room(clinic: Clinic, name: str) -> Room:
    return Room.objects.get_or_create(clinic=clinic, name=name)[0]


def end_hours(*, hours: Availability, last_day: date) -> None:
    """The hours end on this day; booked visits stay. An earlier end is not postponed."""
    last = max(last_day, hours.from_on - date.resolution)
    Availability.objects.filter(pk=hours.pk, until_on=None).update(until_on=last)


@transaction.atomic
def add_exception(
    *, membership: Membership, room: str = "", **change: Any
) -> AvailabilityException:
    """Time off, or extra hours in a room, on one day (the fields of AvailabilityException); the same said
    twice is said once."""
    place = _room(membership.clinic, room) if room else None
    Membership.objects.select_for_update(no_key=True).get(pk=membership.pk)
    day, _made = AvailabilityException.objects.get_or_create(
        membership=membership, room=place, **change
    )
    return day


def withdraw_exception(*, exception: AvailabilityException) -> None:
    """The day is like every other again; history keeps what was planned."""
    AvailabilityException.objects.filter(pk=exception.pk).delete()
