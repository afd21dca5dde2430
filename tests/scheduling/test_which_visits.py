"""Which visits and hours a page asks for: by state, and to the minute."""

from datetime import date, timedelta

import pytest

from patients.models import Patient
from scheduling.hours.actions import add_exception
from scheduling.models import Availability, AvailabilityException, Consultation
from scheduling.rules.hours import Slot
from scheduling.visits.actions.attendance import mark_arrived, mark_done
from scheduling.visits.actions.book import release
from scheduling.visits.actions.change import cancel
from scheduling.visits.actions.offer import offer
from tests.scheduling.conftest import TUESDAY, new_york

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
NINE, HALF_PAST = new_york(9), new_york(9, 30)
MIDNIGHT = new_york(0)
DAY = timedelta(days=1)


@pytest.fixture
def in_state(visit, sam):
    """Maria's visit on Tuesday, 9:00 to 9:30, brought into this state."""

    def brought(state):
        if state in ("arrived", "done"):
            mark_arrived(visit=visit, by=sam, now=NINE)
        if state == "done":
            mark_done(visit=visit, by=sam, now=HALF_PAST)
        if state == "cancelled":
            cancel(visit=visit, reason="patient_asked", by=sam, now=NINE - DAY)
        return Consultation.objects

    return brought


@pytest.fixture
def offered(held, wanted, nine, sam, now):
    """The time is kept for Maria until Tuesday, 9:00."""
    return offer(request=wanted, slot=nine, by=sam, now=now)


@pytest.mark.parametrize(
    ("state", "at", "is_ahead"),
    [
        ("booked", NINE - DAY, True),
        ("booked", HALF_PAST - MINUTE, True),
        ("booked", HALF_PAST, False),
        ("arrived", HALF_PAST - MINUTE, True),
        ("done", NINE, False),
        ("cancelled", NINE - DAY, False),
    ],
)
def test_a_visit_is_ahead_until_it_is_over(in_state, state, at, is_ahead):
    rows = in_state(state)
    assert rows.ahead(at).exists() is is_ahead
    assert rows.ahead_or_offered(at).exists() is is_ahead


def test_a_time_that_waits_for_her_answer_is_ahead_until_it_runs_out(offered):
    rows, until = Consultation.objects, offered.held_until
    assert rows.ahead_or_offered(until - MINUTE).exists()
    assert not rows.ahead_or_offered(until).exists()
    assert not rows.ahead(until - MINUTE).exists()
    assert rows.offers().get() == offered


def test_a_time_that_staff_hold_and_have_not_offered_waits_for_nobody(held, maria, sam, now):
    rows = Consultation.objects
    assert not rows.ahead_or_offered(now).exists()
    assert not rows.offers().exists()
    assert not rows.visible_to(maria).exists()
    assert rows.visible_to(sam.membership_as("scheduler")).get() == held
    assert not rows.was_offered(maria, held.pk)


def test_offered_she_sees_it_and_it_stays_known_after_it_is_gone(offered, maria, ben):
    rows, key = Consultation.objects, offered.pk
    assert rows.visible_to(maria).get() == offered
    release(held=offered)
    assert not rows.filter(pk=key).exists()
    assert rows.was_offered(maria, key)
    assert not rows.was_offered(ben, key)


def test_a_hold_takes_its_time_until_the_minute_in_which_it_runs_out(held):
    rows, until = Consultation.objects, held.held_until
    for at, taken in ((until - MINUTE, True), (until, False)):
        assert rows.taking_time(at).exists() is taken
        assert rows.lapsed(at).exists() is not taken
    assert rows.not_cancelled().exists()


@pytest.mark.parametrize("state", ["booked", "arrived", "done"])
def test_a_visit_takes_its_time_whenever_one_looks(in_state, state):
    rows = in_state(state)
    assert rows.taking_time(NINE + DAY).exists()
    assert not rows.lapsed(NINE + DAY).exists()


def test_a_cancelled_visit_takes_none(in_state):
    rows = in_state("cancelled")
    assert not rows.taking_time(NINE - DAY).exists()
    assert not rows.not_cancelled().exists()


@pytest.mark.parametrize(
    ("state", "day", "until", "shown"),
    [
        ("booked", MIDNIGHT, NINE + MINUTE, True),
        ("booked", MIDNIGHT, NINE, False),
        ("booked", MIDNIGHT + DAY, MIDNIGHT + 2 * DAY, True),
        ("arrived", MIDNIGHT + DAY, NINE, True),
        ("done", MIDNIGHT, NINE, True),
        ("done", MIDNIGHT + DAY, NINE + 2 * DAY, False),
        ("done", MIDNIGHT - DAY, NINE + DAY, False),
        ("cancelled", MIDNIGHT, NINE + DAY, False),
    ],
)
def test_on_the_board_stands_what_is_not_settled_and_what_was_done_today(
    in_state, state, day, until, shown
):
    rows = in_state(state).on_board(NINE, (day, day + DAY), until)
    assert rows.exists() is shown


def test_a_hold_stands_on_the_board_while_it_lasts_however_far_off(held):
    today = (MIDNIGHT - DAY, MIDNIGHT)
    rows, until = Consultation.objects, held.held_until
    assert rows.on_board(until - MINUTE, today, MIDNIGHT).exists()
    assert not rows.on_board(until, today, MIDNIGHT).exists()


@pytest.mark.parametrize(
    ("starts", "ends", "clinician", "room", "patient", "in_the_way"),
    [
        (NINE, HALF_PAST, "hers", "another", "another", True),
        (NINE, HALF_PAST, "another", "hers", "another", True),
        (NINE, HALF_PAST, "another", "another", "hers", True),
        (NINE, HALF_PAST, "another", "another", "another", False),
        (HALF_PAST, HALF_PAST + 30 * MINUTE, "hers", "hers", "hers", False),
        (NINE - 30 * MINUTE, NINE, "hers", "hers", "hers", False),
        (HALF_PAST - MINUTE, HALF_PAST + 29 * MINUTE, "hers", "another", "another", True),
    ],
)
def test_in_the_way_is_the_same_clinician_room_or_patient_at_the_same_time(
    visit, starts, ends, clinician, room, patient, in_the_way
):
    who = {"hers": visit.clinician_id, "another": visit.clinician_id + 1}[clinician]
    where = {"hers": visit.room_id, "another": visit.room_id + 1}[room]
    whose = visit.patient if patient == "hers" else Patient(pk=visit.patient_id + 1)
    slot = Slot(starts=starts, ends=ends, clinician=who, room=where)
    assert Consultation.objects.in_the_way(slot, whose).exists() is in_the_way


def test_visits_are_of_the_patients_clinic(visit, northside, southside):
    assert Consultation.objects.of(northside).exists()
    assert not Consultation.objects.of(southside).exists()


# ------------------------------------------------------------------ hours


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        (-9, -1, False), (-9, 0, True), (0, 0, True), (4, 9, True), (7, 9, True), (8, 9, False),
    ],
)  # fmt: skip
def test_hours_are_in_force_from_their_first_day_to_their_last(hours, now, first, last, found):
    today = now.date()
    Availability.objects.update(until_on=today + timedelta(days=7))
    days = [today + timedelta(days=each) for each in (first, last)]
    assert Availability.objects.between(*days).exists() is found


@pytest.mark.parametrize(
    ("from_on", "until_on", "kept"),
    [(0, None, True), (9, None, True), (-9, 0, True), (-9, -1, False), (9, 8, False)],
)
def test_hours_that_are_kept_are_those_of_today_or_later(hours, now, from_on, until_on, kept):
    today = now.date()
    Availability.objects.update(
        from_on=today + timedelta(days=from_on),
        until_on=None if until_on is None else today + timedelta(days=until_on),
    )
    assert Availability.objects.in_force(today).exists() is kept


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [(TUESDAY, TUESDAY, True), (date(2026, 3, 2), TUESDAY, True),
     (date(2026, 3, 4), date(2026, 3, 9), False), (date(2026, 2, 1), date(2026, 3, 2), False)],
)  # fmt: skip
def test_a_day_off_counts_on_its_day(kim, first, last, found):
    add_exception(membership=kim, kind="off", date=TUESDAY)
    assert AvailabilityException.objects.between(first, last).exists() is found


def test_of_somebody_who_left_no_hours_and_no_days_off_are_left(hours, kim, ada, now):
    add_exception(membership=kim, kind="off", date=TUESDAY)
    type(kim).objects.filter(pk=kim.pk).update(ended_at=now, ended_by=ada)
    assert not Availability.objects.between(TUESDAY, TUESDAY).exists()
    assert not Availability.objects.in_force(TUESDAY).exists()
    assert not AvailabilityException.objects.between(TUESDAY, TUESDAY).exists()
