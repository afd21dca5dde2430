"""Sam sets hours and days off in the browser."""

from __future__ import annotations

import pytest
from django.urls import reverse

from scheduling.hours.rooms import room_named
from scheduling.models import Availability, AvailabilityException
from tests.pages import drawn

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(sam, sign_in, northside):
    for name in ("Room 4", "Room 9"):
        room_named(northside, name)
    return sign_in(sam)


@pytest.fixture
def morning(kim):
    return {
        "membership": kim.pk,
        "weekdays": ["0", "1"],
        "starts": "09:00",
        "ends": "12:00",
        "room": "Room 4",
        "slot_minutes": "30",
        "from_on": "2026-03-02",
        "until_on": "",
    }


@pytest.fixture
def day_off(kim):
    return {"membership": kim.pk, "kind": "off", "date": "2026-03-03"}


def page(desk):
    return drawn(desk.get(reverse("availability")))


def send(desk, name, data):
    return desk.post(reverse(name), data)


def says(response, words):
    return response.status_code == 422 and words in drawn(response)


class TestWeeklyHours:
    def test_none_yet(self, desk):
        assert "No hours yet." in page(desk)

    def test_are_added_for_each_day(self, desk, morning):
        assert send(desk, "add_hours", morning).url == reverse("availability")
        html = page(desk)
        assert html.count("9:00 a.m.\N{EN DASH}12:00 p.m.") == 2
        assert "America/New_York" in html

    def test_begin_today_unless_told_otherwise(self, desk, kim):
        html = desk.get(reverse("add_hours")).content.decode()
        assert 'value="2026-03-02"' in html

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"weekdays": []}, "Choose at least one day."),
            ({"ends": "09:00"}, "The end must come after the start."),
            ({"ends": ""}, "There is a problem"),
            ({"until_on": "2026-03-01"}, "The last day must not come before the first day."),
            ({"slot_minutes": "1"}, "There is a problem"),
        ],
    )
    def test_impossible_ones_are_told_how_to_mend(self, desk, morning, changes, words):
        assert says(send(desk, "add_hours", morning | changes), words)
        assert not Availability.objects.exists()

    def test_overlapping_ones_are_refused_and_the_form_is_kept(self, desk, hours, morning):
        response = send(desk, "add_hours", morning)
        assert says(response, "These hours overlap hours that the clinician already has.")
        assert 'value="12:00"' in response.content.decode()

    def test_only_clinicians_of_the_clinic_have_hours(self, desk, morning, sam, dr_strand):
        for stranger in (sam.membership_as(), dr_strand.membership_as()):
            response = send(desk, "add_hours", morning | {"membership": stranger.pk})
            assert says(response, "There is a problem")

    def test_end_today(self, desk, hours, now):
        response = desk.post(reverse("end_hours", args=[hours[0].pk]), follow=True)
        assert "The hours end today." in response.content.decode()
        hours[0].refresh_from_db()
        assert hours[0].until_on == now.date()

    def test_of_another_clinic_are_not_there(self, hours, sid, sign_in):
        response = sign_in(sid).post(reverse("end_hours", args=[hours[0].pk]))
        assert response.status_code == 404


class TestDays:
    def test_off_all_day(self, desk, day_off):
        send(desk, "add_exception", day_off)
        html = page(desk)
        assert "Time off, March 3, 2026" in html
        assert "All day" in html

    def test_off_names_the_visits_that_stay(self, desk, visit, day_off):
        send(desk, "add_exception", day_off | {"seen": visit.pk, "how": "stay"})
        html = page(desk)
        assert "These visits fall within the time off." in html
        assert reverse("reschedule_visit", args=[visit.pk]) in html

    def test_extra_hours(self, desk, day_off):
        extra = {"kind": "extra", "starts": "14:00", "ends": "15:00", "room": "Room 9"}
        send(desk, "add_exception", day_off | extra | {"slot_minutes": "30", "reason": "Swap"})
        html = page(desk)
        assert "2:00 p.m.\N{EN DASH}3:00 p.m., Room 9, Swap" in html

    def test_time_off_needs_no_room(self, desk, day_off):
        off = {"starts": "14:00", "ends": "15:00", "room": "Room 9", "slot_minutes": "30"}
        send(desk, "add_exception", day_off | off)
        change = AvailabilityException.objects.get()
        assert (change.room, change.slot_minutes) == (None, None)

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"kind": ""}, "Choose time off or extra hours."),
            ({"starts": "09:00"}, "Give both times, or none for the whole day."),
            ({"kind": "extra"}, "Needed for extra hours."),
            ({"kind": "extra", "starts": "x", "ends": "10:00"}, "There is a problem"),
            ({"starts": "10:00", "ends": "09:00"}, "The end must come after the start."),
        ],
    )
    def test_impossible_ones_are_told_how_to_mend(self, desk, day_off, changes, words):
        assert says(send(desk, "add_exception", day_off | changes), words)
        assert not AvailabilityException.objects.exists()

    def test_the_form_starts_empty(self, desk, kim):
        html = desk.get(reverse("add_exception")).content.decode()
        assert "checked" not in html

    def test_taken_back(self, desk, day_off):
        send(desk, "add_exception", day_off)
        change = AvailabilityException.objects.get()
        response = desk.post(reverse("withdraw_exception", args=[change.pk]), follow=True)
        assert "has its usual hours again" in response.content.decode()
        assert not AvailabilityException.objects.exists()
