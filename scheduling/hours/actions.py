"""When clinicians see people, and in which rooms."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from accounts.actions import close_on
from accounts.constraints import refused_as
from accounts.models import Clinic, Membership
from scheduling.hours.rooms import room_named
from scheduling.models import Availability, AvailabilityException


class HoursOverlap(Exception):
    """The clinician has other hours at this time on this weekday."""


@transaction.atomic
def add_hours(
    *, membership: Membership, room: str, weekdays: Iterable[int], **pattern: Any
) -> list[Availability]:
    """The same hours on each of these weekdays: starts, ends, slot_minutes, from_on and until_on as
    in Availability. A room that is not there yet is added. Raises HoursOverlap, then nothing is kept."""
    Membership.objects.select_for_update(no_key=True).get(pk=membership.pk)
    place = room_named(membership.clinic, room)
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


def end_hours(*, hours: Availability, last_day: date) -> None:
    """The hours end on this day; booked visits stay. An earlier end is not postponed."""
    last = max(last_day, hours.from_on - date.resolution)
    Availability.objects.filter(pk=hours.pk, until_on=None).update(until_on=last)


def keep_hours(*, hours: Availability) -> None:
    """They have no end again, as before they were ended."""
    Availability.objects.filter(pk=hours.pk).update(until_on=None)


class OffAlready(Exception):
    """The clinician has time off on some of these days."""


@transaction.atomic
def add_exception(
    *, membership: Membership, date: date, room: str = "", **change: Any
) -> AvailabilityException:
    """Time off on one day or many, or extra hours in a room on one day (the fields of
    AvailabilityException); the same said twice is said once. Raises OffAlready."""
    place = room_named(membership.clinic, room) if room else None
    Membership.objects.select_for_update(no_key=True).get(pk=membership.pk)
    change["last_on"] = change.get("last_on") or date
    with refused_as(OffAlready, "one_leave_at_a_time"):
        day, _made = AvailabilityException.objects.get_or_create(
            membership=membership, room=place, date=date, **change
        )
    return day


@transaction.atomic
def add_holiday(*, clinic: Clinic, date: date, last_on: date | None = None, now: datetime) -> None:
    """The whole clinic is closed on these days, for the desk and for the phone; said twice it is once.
    Raises ValidationError when there are too many such days."""
    days = ((last_on or date) - date).days + 1
    for ahead in range(days):
        close_on(clinic=clinic, day=date + timedelta(days=ahead), now=now)


def withdraw_exception(*, exception: AvailabilityException) -> None:
    """The day is like every other again; history keeps what was planned."""
    AvailabilityException.objects.filter(pk=exception.pk).delete()
