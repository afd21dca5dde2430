"""Rooms are data of the clinic: chosen, not typed; the same room in other letters is that room."""

import pytest
from django.urls import reverse

from scheduling.hours.rooms import RoomThere, add_room, rename_room, room_named
from scheduling.models import Availability, Room
from tests.pages import drawn

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(sam, sign_in):
    return sign_in(sam)


def test_added_once_in_whatever_letters(desk, northside):
    assert desk.post(reverse("rooms"), {"name": "Room 4"}).status_code == 302
    again = desk.post(reverse("rooms"), {"name": "ROOM-4"})
    assert again.status_code == 422
    assert "There is a room of this name already." in drawn(again)
    assert [room.name for room in Room.objects.all()] == ["Room 4"]


def test_a_name_says_something(desk):
    assert desk.post(reverse("rooms"), {"name": "--"}).status_code == 422
    assert not Room.objects.exists()


def test_hours_choose_one_of_them(desk, kim, northside):
    add_room(clinic=northside, name="Room 4")
    hours = {
        "membership": kim.pk, "weekdays": ["0"], "starts": "09:00", "ends": "12:00",
        "slot_minutes": "30", "from_on": "2026-03-02", "until_on": "",
    }  # fmt: skip
    assert desk.post(reverse("add_hours"), hours | {"room": "Room 44"}).status_code == 422
    assert desk.post(reverse("add_hours"), hours | {"room": "Room 4"}).status_code == 302
    assert Availability.objects.get().room.name == "Room 4"


def test_renamed_it_is_the_same_room(desk, hours):
    room = hours[0].room
    desk.post(reverse("rename_room", args=[room.pk]), {"name": "Room 4 east"})
    room.refresh_from_db()
    assert room.name == "Room 4 east"
    assert room_named(room.clinic, "room 4 EAST") == room


def test_not_to_the_name_of_another(hours, northside):
    other = add_room(clinic=northside, name="Room 5")
    with pytest.raises(RoomThere):
        rename_room(room=other, name="room 4")


def test_retired_nobody_chooses_it_and_what_is_in_it_stays(desk, hours, visit):
    room = hours[0].room
    desk.post(reverse("retire_room", args=[room.pk]))
    assert '<option value="Room 4">' not in drawn(desk.get(reverse("add_hours")))
    plan = desk.get(reverse("calendar"), {"by": "room", "day": "2026-03-03", "view": "day"})
    assert "Room 4" in drawn(plan)
    desk.post(reverse("retire_room", args=[room.pk]), {"back": "yes"})
    assert '<option value="Room 4">' in drawn(desk.get(reverse("add_hours")))


def test_each_clinic_has_its_own(southside, hours, sid, sign_in):
    add_room(clinic=southside, name="Room 4")
    theirs = sign_in(sid).post(reverse("rename_room", args=[hours[0].room_id]), {"name": "X1"})
    assert theirs.status_code == 404
