"""Each constraint is attacked past the actions, with rows that only a bug could write."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from scheduling.hours.actions import add_exception
from scheduling.models import Availability, AvailabilityException, Consultation, Room
from scheduling.visits.actions.change import cancel

pytestmark = pytest.mark.django_db

HALF = timedelta(minutes=15)


def refuses(constraint):
    return pytest.raises(IntegrityError, match=constraint)


def copy_of(row, **changes):
    """The same row again, but for the changes; its own identity."""
    fields = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    del fields["id"]
    return type(row)(**fields | changes)


@pytest.fixture
def elsewhere(visit, ben, lee, northside):
    """What a second visit at the same time needs so as to clash with nothing."""
    return {
        "uid": uuid.uuid4(),
        "visit_request_id": None,
        "patient_id": ben.pk,
        "clinician_id": lee.pk,
        "room_id": Room.objects.get(clinic=northside, name="Room 5").pk,
    }


class TestOverlaps:
    def test_a_visit_that_shares_nothing_is_taken(self, visit, elsewhere):
        copy_of(visit, **elsewhere).save()

    @pytest.mark.parametrize("shared", ["clinician", "patient", "room"])
    @pytest.mark.parametrize("shift", [-HALF, timedelta(), HALF])
    def test_clinician_patient_and_room_are_in_one_place(self, visit, elsewhere, shared, shift):
        other = copy_of(visit, **elsewhere)
        setattr(other, f"{shared}_id", getattr(visit, f"{shared}_id"))
        other.period = other.blocked = DateTimeTZRange(visit.starts + shift, visit.ends + shift)
        with refuses(f"one_visit_at_a_time_per_{shared}"):
            other.save()

    @pytest.mark.parametrize("shared", ["clinician", "patient", "room"])
    def test_visits_may_touch(self, visit, elsewhere, shared):
        other = copy_of(visit, **elsewhere)
        setattr(other, f"{shared}_id", getattr(visit, f"{shared}_id"))
        other.period = other.blocked = DateTimeTZRange(visit.ends, visit.ends + 2 * HALF)
        other.save()

    @pytest.mark.parametrize("state", ["held", "booked", "arrived", "done"])
    def test_whatever_its_state(self, visit, elsewhere, state, sam, now):
        stamps = {"held_until": now, "held_by": sam, "booked_at": None, "booked_by": None}
        if state != "held":
            stamps = {}
        if state in {"arrived", "done"}:
            stamps |= {"arrived_at": now, "arrived_by": sam}
        if state == "done":
            stamps |= {"done_at": now, "done_by": sam}
        other = copy_of(visit, **elsewhere | {"state": state, "clinician_id": visit.clinician_id})
        for field, value in stamps.items():
            setattr(other, field, value)
        with refuses("one_visit_at_a_time_per_clinician"):
            other.save()

    def test_a_cancelled_visit_is_in_nobodys_way(self, visit, elsewhere, sam, now):
        cancel(visit=visit, reason="other", by=sam, now=now)
        copy_of(visit, **elsewhere | {"clinician_id": visit.clinician_id}).save()

    def test_one_visit_for_a_request(self, visit, elsewhere):
        with refuses("one_visit_per_request"):
            copy_of(visit, **elsewhere | {"visit_request_id": visit.visit_request_id}).save()

    def test_one_name_in_calendars(self, visit, elsewhere):
        with refuses("uid"):
            copy_of(visit, **elsewhere | {"uid": visit.uid}).save()


class TestStamps:
    @pytest.mark.parametrize(
        ("changes", "constraint"),
        [
            ({"held_until": True}, "visit_held_until_with_by"),
            ({"state": "held"}, "visit_"),
            ({"booked_by": None}, "visit_booked_at_with_by"),
            ({"booked_at": None, "booked_by": None}, "visit_booked_at_with_by"),
            ({"arrived_at": True}, "visit_arrived_at_with_by"),
            ({"state": "arrived"}, "visit_arrived_at_with_by"),
            ({"state": "done"}, "visit_(arrived|done)_at_with_by"),
            ({"done_at": True}, "visit_done_at_with_by"),
            ({"cancelled_at": True}, "visit_cancelled_at_with_by"),
            ({"cancel_reason": "other"}, "visit_cancelled_with_reason"),
            ({"state": "lost", "booked_at": None, "booked_by": None}, "visit_state_known"),
        ],
    )
    def test_a_state_has_its_stamps_and_no_others(self, visit, now, changes, constraint):
        values = {name: now if value is True else value for name, value in changes.items()}
        with refuses(constraint):
            Consultation.objects.filter(pk=visit.pk).update(**values)

    def test_a_cancelled_visit_has_a_reason(self, visit, sam, now):
        stamps = {"state": "cancelled", "cancelled_at": now, "cancelled_by": sam}
        with refuses("visit_cancelled_with_reason"):
            Consultation.objects.filter(pk=visit.pk).update(**stamps)

    @pytest.mark.parametrize("bounds", ["[]", "(]", "()"])
    def test_a_period_ends_before_its_end(self, visit, bounds):
        period = DateTimeTZRange(visit.starts, visit.ends, bounds)
        with refuses("visit_has_start_and_end"):
            Consultation.objects.filter(pk=visit.pk).update(period=period)

    @pytest.mark.parametrize("side", [0, 1])
    def test_a_period_has_both_ends(self, visit, side):
        ends = [visit.starts, visit.ends]
        ends[side] = None
        with refuses("visit_has_start_and_end"):
            Consultation.objects.filter(pk=visit.pk).update(period=DateTimeTZRange(*ends))

    def test_a_visit_takes_time(self, visit):
        with refuses("visit_has_start_and_end"):
            Consultation.objects.filter(pk=visit.pk).update(
                period=DateTimeTZRange(visit.starts, visit.starts)
            )


class TestHours:
    @pytest.mark.parametrize(
        ("changes", "constraint"),
        [
            ({"weekday": 7}, "availability_weekday_known"),
            ({"ends": time(9)}, "availability_starts_before_it_ends"),
            ({"slot_minutes": 4}, "availability_slot_possible"),
            ({"slot_minutes": 241}, "availability_slot_possible"),
            ({"until_on": date(2026, 2, 28)}, "availability_until_after_from"),
        ],
    )
    def test_are_possible(self, hours, changes, constraint):
        with refuses(constraint):
            Availability.objects.filter(pk=hours[0].pk).update(**changes)

    @pytest.mark.parametrize("name", ["Room 4", "room 4", "ROOM  4", "Room-4", " room4 "])
    def test_one_room_of_a_name_in_whatever_letters(self, northside, hours, name):
        with refuses("one_room_per_name"):
            Room.objects.create(clinic=northside, name=name)

    @pytest.mark.parametrize(
        ("changes", "constraint"),
        [
            ({"name": "--"}, "room_name_says_something"),
            ({"retired_at": datetime(2026, 3, 2, tzinfo=UTC)}, "room_retired_at_with_by"),
        ],
    )
    def test_a_room_is_whole(self, hours, changes, constraint):
        with refuses(constraint):
            Room.objects.filter(pk=hours[0].room_id).update(**changes)

    @pytest.mark.parametrize(
        ("changes", "constraint"),
        [
            ({"starts": time(9)}, "exception_starts_before_it_ends"),
            ({"ends": time(9)}, "exception_starts_before_it_ends"),
            ({"starts": time(9), "ends": time(9)}, "exception_starts_before_it_ends"),
            ({"slot_minutes": 30}, "exception_off_or_extra_whole"),
            ({"room": "Room 4"}, "exception_off_or_extra_whole"),
            ({"kind": "extra"}, "exception_off_or_extra_whole"),
            (
                {"kind": "extra", "starts": time(9), "ends": time(10), "room": "Room 4"},
                "exception_off_or_extra_whole",
            ),
            (
                {"kind": "extra", "starts": time(9), "ends": time(10), "slot_minutes": 30},
                "exception_off_or_extra_whole",
            ),
            (
                {"kind": "extra", "room": "Room 4", "slot_minutes": 30},
                "exception_off_or_extra_whole",
            ),
        ],
    )
    def test_a_day_that_differs_is_whole(self, kim, changes, constraint):
        with refuses(constraint):
            add_exception(membership=kim, **{"kind": "off", "date": date(2026, 3, 3)} | changes)


class TestHistory:
    @pytest.mark.parametrize("model", [Consultation, Availability, AvailabilityException, Room])
    def test_is_append_only(self, model, visit, kim):
        add_exception(membership=kim, kind="off", date=date(2026, 3, 4))
        table = model.pgh_event_model._meta.db_table
        for attempt in (f"UPDATE {table} SET pgh_label = ''", f"DELETE FROM {table}"):  # noqa: S608
            with (
                pytest.raises(Exception, match=r"(?i)cannot (update|delete)"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(attempt)
