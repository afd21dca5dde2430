"""Dr. Kim sees people on weekday mornings in Room 4; Maria needs a visit."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import partial

import pytest

from patients.flags.actions import request_review
from patients.models import Decision, VisitRequest
from patients.worklist.actions.decide import decide
from patients.worklist.actions.effects import Choice
from scheduling import slots
from scheduling.hours.actions import add_hours
from scheduling.visits.actions.book import HOLD_FOR, book, hold
from tests import factories
from tests.scheduling.visit_types.kinds import a_visit_type
from tests.stage import staged

TUESDAY = date(2026, 3, 3)
WEEKDAYS = range(5)


def new_york(hour, minute=0, day=TUESDAY):
    """A clinic time of March 2026 as an instant, before and after the change of the clocks."""
    offset = 4 if day >= date(2026, 3, 8) else 5
    return datetime(day.year, day.month, day.day, hour + offset, minute, tzinfo=UTC)


@staged
def kim(dr_kim):
    """Dr. Kim's membership of Northside: what visits and hours belong to."""
    return dr_kim.membership_as("clinician")


@pytest.fixture
def keep_hours(now):
    return partial(half_hours, now)


def half_hours(now, membership, room="Room 4", **changes):
    """Half-hour visits on weekday mornings, 9:00 to 11:00, from today on."""
    pattern = {"weekdays": WEEKDAYS, "starts": time(9), "ends": time(11), "slot_minutes": 30}
    pattern |= {"from_on": now.date()} | changes
    return add_hours(membership=membership, room=room, **pattern)


@staged
def hours(kim, now):
    return half_hours(now, kim)


@staged
def lee(northside, now):
    """Dr. Lee, who sees people at the same times in Room 5."""
    user = factories.StaffFactory(clinic=northside, role="clinician", name="Dr. Lee")
    membership = user.membership_as("clinician")
    half_hours(now, membership, room="Room 5")
    return membership


@staged
def wanted(episode, dr_kim, trial, now):
    """Dr. Kim has decided: Maria is to come in."""
    return ask_for_visit(episode, by=dr_kim, now=now)


def ask_for_visit(episode, by, now):
    protocol = episode.condition.protocol
    flag = request_review(episode=episode, reason="", protocol=protocol, now=now)
    choice = Choice(kind=Decision.Kind.REASSESS, reason=Decision.Reason.NOT_IMPROVING)
    decision = decide(flag=flag, choice=choice, by=by, now=now)
    return VisitRequest.objects.get(decision=decision)


@staged
def ben(northside, dr_kim):
    return factories.PatientFactory(clinic=northside, by=dr_kim, name="Ben Shaw", language="es")


@staged
def bens_request(ben, dr_kim, now):
    episode = factories.EpisodeFactory(patient=ben, by=dr_kim)
    factories.TrialFactory(episode=episode, by=dr_kim)
    return ask_for_visit(episode, by=dr_kim, now=now)


@pytest.fixture
def slot_at(northside, hours, kim):
    """A time that Dr. Kim offers on a day of March 2026."""

    def slot(hour, minute=0, day=TUESDAY, clinician=None):
        return found_slot(northside, clinician or kim, new_york(hour, minute, day))

    return slot


def found_slot(clinic, membership, instant):
    found = slots.find(clinic, f"{membership.pk}-{instant:%Y%m%d%H%M}")
    assert found
    return found


@staged
def nine(northside, hours, kim, now):
    return found_slot(northside, kim, new_york(9))


@staged
def half_past_nine(northside, hours, kim, now):
    return found_slot(northside, kim, new_york(9, 30))


@staged
def held(wanted, nine, sam, now):
    return hold(request=wanted, slot=nine, by=sam, now=now)


@staged
def visit(wanted, nine, sam, now):
    return book(request=wanted, slot=nine, by=sam, now=now)


@pytest.fixture
def later(now):
    """Just after a hold made now has run out."""
    return now + HOLD_FOR + timedelta(seconds=1)


@staged
def therapist(northside):
    """Sara Lee, the physical therapist of Northside."""
    user = factories.StaffFactory(clinic=northside, role="clinician", name="Sara Lee")
    member = user.membership_as("clinician")
    member.credentials = "PT, DPT"
    member.save(update_fields=["credentials"])
    return member


@staged
def therapy(northside):
    return a_visit_type(northside)
