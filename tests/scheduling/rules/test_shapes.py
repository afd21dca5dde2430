"""A visit of some type is as long as it takes, blocks what goes before and after, and is where it may be."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from scheduling.rules.hours import Hours, Shape, Slot, Taken, free, offered

NEW_YORK = ZoneInfo("America/New_York")
KIM, LEE, ROOM_4, ROOM_5, MARIA, BEN = 1, 2, 4, 5, 7, 8
MONDAY = date(2027, 1, 11)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
MORNING = Hours(
    clinician=KIM,
    room=ROOM_4,
    weekday=0,
    starts=time(9),
    ends=time(11),
    slot_minutes=15,
    from_on=MONDAY,
)


def times(shape, day=MONDAY, hours=MORNING):
    slots = offered([hours], [], [day], NEW_YORK, shape)
    return [f"{slot.starts.astimezone(NEW_YORK):%H:%M}" for slot in slots]


def nine(shape=None):
    return offered([MORNING], [], [MONDAY], NEW_YORK, shape or Shape(30))[0]


def test_it_begins_at_each_step_of_the_hours_and_ends_within_them():
    assert times(Shape(90)) == ["09:00", "09:15", "09:30"]


def test_longer_than_the_hours_it_is_not_offered():
    assert times(Shape(121)) == []


def test_hours_that_lie_over_each_other_offer_a_time_once():
    slots = offered([MORNING, MORNING], [], [MONDAY], NEW_YORK, Shape(60))
    assert len(slots) == len({slot.starts for slot in slots}) == 5


def test_on_the_day_that_skips_an_hour_each_time_exists():
    night = Hours(KIM, ROOM_4, 6, time(0), time(4), 30, date(2027, 3, 1))
    assert times(Shape(60), date(2027, 3, 14), night) == [
        "00:00", "00:30", "01:00", "01:30", "03:00",
    ]  # fmt: skip


def test_on_the_day_that_doubles_an_hour_no_time_is_said_twice():
    night = Hours(KIM, ROOM_4, 6, time(0), time(3), 30, date(2027, 11, 1))
    said = times(Shape(60), date(2027, 11, 7), night)
    assert said == ["00:00", "00:30", "01:00", "01:30", "02:00"]


@pytest.mark.parametrize(
    ("rooms", "room"), [((), ROOM_4), (None, None), ((ROOM_5,), ROOM_5), ((ROOM_5, ROOM_4), ROOM_4)]
)
def test_it_is_where_it_may_be(rooms, room):
    assert nine(Shape(30, rooms=rooms)).room == room


def test_the_key_of_a_time_is_the_same_whatever_the_type():
    assert nine(Shape(45, before=10)).key == nine(Shape(15)).key


class TestWhatItBlocks:
    shape = Shape(30, before=10, after=5)

    def is_free(self, *, minutes, clinician=KIM, room=ROOM_4, patient=BEN, shape=shape):
        """Beside a visit of half an hour that begins so many minutes from 9:00."""
        at = nine().starts + timedelta(minutes=minutes)
        taken = Taken(Slot(at, at + timedelta(minutes=30), clinician, room), patient)
        return bool(free([nine(shape)], [taken], patient=MARIA, now=LONG_AGO))

    @pytest.mark.parametrize(
        ("minutes", "expected"), [(-40, True), (-39, False), (34, False), (35, True)]
    )
    def test_its_clinician_before_and_after(self, minutes, expected):
        assert self.is_free(minutes=minutes, room=ROOM_5) is expected

    @pytest.mark.parametrize(
        ("minutes", "expected"), [(-40, True), (-39, False), (34, False), (35, True)]
    )
    def test_its_room_before_and_after(self, minutes, expected):
        assert self.is_free(minutes=minutes, clinician=LEE) is expected

    @pytest.mark.parametrize(
        ("minutes", "expected"), [(-30, True), (-29, False), (29, False), (30, True)]
    )
    def test_its_patient_only_while_they_are_there(self, minutes, expected):
        elsewhere = {"clinician": LEE, "room": ROOM_5, "patient": MARIA}
        assert self.is_free(minutes=minutes, **elsewhere) is expected

    def test_a_visit_without_a_room_blocks_none(self):
        assert self.is_free(minutes=0, clinician=LEE, shape=Shape(30, rooms=None))


def test_another_room_that_it_may_be_in_is_taken_instead():
    shape = Shape(30, rooms=(ROOM_4, ROOM_5))
    slot = nine(shape)
    taken = Taken(Slot(slot.starts, slot.ends, LEE, ROOM_4), BEN)
    [found] = free([slot], [taken], patient=MARIA, now=LONG_AGO, rooms=shape.rooms)
    assert found.room == ROOM_5
    both = [taken, Taken(Slot(slot.starts, slot.ends, 3, ROOM_5), 9)]
    assert free([slot], both, patient=MARIA, now=LONG_AGO, rooms=shape.rooms) == []
