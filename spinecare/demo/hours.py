"""When the demo's clinicians see patients, and the visits that staff have booked."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from accounts.models import Membership
from patients.models import VisitRequest
from scheduling.hours.actions import add_hours
from scheduling.models import VisitType
from scheduling.slots import best_for
from scheduling.visit_types.selectors import kind_for
from scheduling.visits.actions.book import book
from spinecare.demo.staff import Staff

WEEKDAYS = range(5)


def open_hours(staff: Staff, *, today: date) -> None:
    """Weekdays from nine, Dr. Kim in room 4 to noon, Sara Lee in room 2 to four."""
    for user, room, ends in (
        (staff.clinician, "Room 4", 12),
        (staff.second_clinician, "Room 2", 16),
    ):
        add_hours(
            membership=Membership.objects.get(user=user),
            room=room,
            weekdays=WEEKDAYS,
            starts=time(9),
            ends=time(ends),
            slot_minutes=15,
            from_on=today - timedelta(days=60),
            until_on=None,
        )


def book_some(staff: Staff, *, now: datetime) -> None:
    """Staff have found a time for every third request."""
    kinds = list(VisitType.objects.of(staff.clinic).current())
    for request in VisitRequest.objects.waiting().order_by("requested_at", "pk")[::3]:
        kind = kind_for(request, kinds)
        best = best_for(request, now=now, kind=kind)
        if best:
            book(request=request, slot=best[0], by=staff.scheduler, now=now, kind=kind)
