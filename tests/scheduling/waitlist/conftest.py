"""Dr. Kim's Tuesday morning is full; Ben waits for a time on it."""

import pytest

from scheduling.visits.actions.book import book_held, hold_for_call
from scheduling.waitlist.actions.answering import join_waitlist
from tests import factories
from tests.scheduling.conftest import TUESDAY, found_slot, new_york
from tests.scheduling.visit_types.kinds import a_visit_type
from tests.stage import staged


@staged
def review(northside, kim, hours):
    """A review of half an hour that Dr. Kim holds."""
    return a_visit_type(
        northside,
        name="Review",
        purpose="follow_up",
        level=None,
        minutes=30,
        credentials=[],
        anyone=True,
        ahead_days=1,
    )


def booked(patient, kind, slot, by, now):
    held = hold_for_call(patient=patient, kind=kind, slot=slot, by=by, now=now)
    return book_held(held=held, by=by, now=now)


@pytest.fixture
def full(northside, review, kim, dr_kim, sam, now):
    """All four visits of Tuesday, and what is left of Monday."""
    times = [new_york(hour, minute) for hour in (9, 10) for minute in (0, 30)]
    monday = [
        new_york(hour, minute, TUESDAY.replace(day=2)) for hour in (9, 10) for minute in (0, 30)
    ]
    visits = []
    for number, at in enumerate([*monday[1:], *times]):
        patient = factories.PatientFactory(clinic=northside, by=dr_kim, name=f"Patient {number}")
        visits.append(booked(patient, review, found_slot(northside, kim, at), sam, now))
    return visits[-4:]


@pytest.fixture
def in_line(ben, review, sam, now):
    return waits(ben, review, sam, now)


def waits(patient, kind, by, now, **wish):
    return join_waitlist(
        patient=patient,
        visit_type=kind,
        by=by,
        now=now,
        **{"reach": "email", "notice_hours": 2, **wish},
    )
