"""Ada sets hours like Sam, and sees the visits that time off runs into."""

import pytest
from django.urls import reverse

from scheduling.hours.rooms import room_named
from scheduling.models import Availability, AvailabilityException
from tests.pages import drawn

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(ada, sign_in):
    return sign_in(ada)


def test_ada_adds_hours(office, kim, northside):
    room_named(northside, "Room 4")
    morning = {
        "membership": kim.pk, "weekdays": ["0"], "starts": "09:00", "ends": "12:00", "room": "Room 4",
        "slot_minutes": "30", "from_on": "2026-03-02", "until_on": "",
    }  # fmt: skip
    assert office.post(reverse("add_hours"), morning).url == reverse("availability")
    assert "Room 4" in drawn(office.get(reverse("availability")))
    [hours] = Availability.objects.all()
    assert office.post(reverse("end_hours", args=[hours.pk])).url == reverse("availability")


def test_leave_shows_her_who_has_a_visit_before_it_is_saved(office, kim, visit):
    day = {"membership": kim.pk, "kind": "off", "date": f"{visit.starts:%Y-%m-%d}"}
    answer = office.post(reverse("add_exception"), day)
    page = drawn(answer)
    assert answer.status_code == 409
    assert "Maria Ortiz" in page
    assert not AvailabilityException.objects.exists()


def test_she_is_led_to_no_page_that_is_not_hers(office, kim, visit):
    """Moving a visit is the desk's."""
    AvailabilityException.objects.create(
        membership=kim, kind="off", date=visit.starts.date(), last_on=visit.starts.date()
    )
    page = drawn(office.get(reverse("availability")))
    assert "They stay booked until they are moved" in page
    assert reverse("reschedule_visit", args=[visit.pk]) not in page
    assert f'href="{reverse("board")}"' not in page


def test_a_clinician_does_not_set_hours(dr_kim, sign_in):
    assert sign_in(dr_kim).get(reverse("availability")).status_code == 403
