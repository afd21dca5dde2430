"""Leave and holidays: many days said once, and the visits that they run into shown before anything is saved."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from patients.flags.deadlines import due_by, read_by
from scheduling import slots
from scheduling.hours.actions import OffAlready, add_exception, add_holiday, withdraw_exception
from scheduling.models import AvailabilityException, Consultation
from scheduling.visits.actions.book import book
from tests.pages import drawn
from tests.scheduling.conftest import TUESDAY, new_york

pytestmark = pytest.mark.django_db

MONDAY, DAY = date(2026, 3, 2), timedelta(days=1)
FRIDAY = TUESDAY + 3 * DAY


@pytest.fixture
def desk(sam, sign_in):
    return sign_in(sam)


@pytest.fixture
def leave(kim):
    """What Sam types for Dr. Kim's week off."""
    return {"membership": kim.pk, "kind": "off", "date": "2026-03-03", "last_on": "2026-03-06"}


def send(desk, data, name="add_exception"):
    return desk.post(reverse(name), data)


def days_offered(clinic, first=MONDAY, last=FRIDAY + 3 * DAY):
    return sorted({slot.day(clinic.zone) for slot in slots.offered(clinic, first, last)})


class TestLeave:
    def test_takes_every_one_of_its_days(self, desk, leave, hours, northside):
        assert send(desk, leave).url == reverse("availability")
        assert days_offered(northside) == [MONDAY, date(2026, 3, 9)]

    def test_is_one_row_and_one_line_on_the_page(self, desk, leave, hours):
        send(desk, leave)
        assert AvailabilityException.objects.count() == 1
        html = drawn(desk.get(reverse("availability")))
        assert html.count("<h3>Dr. Kim: Time off") == 1
        assert "March 6, 2026" in html

    def test_with_hours_it_takes_these_of_each_day(self, desk, leave, hours, northside):
        send(desk, leave | {"starts": "09:00", "ends": "10:00"})
        offered = slots.offered(northside, TUESDAY, FRIDAY)
        assert {slot.starts.astimezone(northside.zone).hour for slot in offered} == {10}

    def test_others_work_on(self, desk, leave, hours, lee, northside):
        send(desk, leave)
        assert {slot.clinician for slot in slots.offered(northside, TUESDAY, FRIDAY)} == {lee.pk}

    def test_withdrawn_the_days_are_as_before(self, desk, leave, hours, northside):
        send(desk, leave)
        withdraw_exception(exception=AvailabilityException.objects.get())
        assert TUESDAY in days_offered(northside)

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"last_on": "2026-03-02"}, "The last day must not come before the first day."),
            ({"date": "2026-03-01", "last_on": "2026-03-04"}, "Give a day that is not before"),
            ({"date": "0026-03-03"}, "Give a day that is not before"),
            (
                {
                    "kind": "extra", "starts": "09:00", "ends": "10:00", "room": "Room 4",
                    "slot_minutes": "30",
                },
                "Extra hours are for one day.",
            ),
        ],
    )  # fmt: skip
    def test_what_cannot_be_is_said(self, desk, leave, changes, words):
        response = send(desk, leave | changes)
        assert response.status_code == 422
        assert words in drawn(response)
        assert not AvailabilityException.objects.exists()

    def test_leave_that_overlaps_leave_is_said(self, desk, leave, kim):
        add_exception(membership=kim, kind="off", date=FRIDAY, last_on=FRIDAY + 7 * DAY)
        response = send(desk, leave)
        assert response.status_code == 422
        assert "time off on some of these days already" in drawn(response)

    def test_pressed_twice_it_is_one(self, desk, leave):
        send(desk, leave)
        assert send(desk, leave).status_code == 302
        assert AvailabilityException.objects.count() == 1

    def test_hours_off_may_lie_in_it(self, desk, leave, kim):
        send(desk, leave)
        add_exception(membership=kim, kind="off", date=TUESDAY, starts=time(9), ends=time(10))


class TestVisitsAreShownFirst:
    def test_before_anything_is_saved(self, desk, leave, visit):
        response = send(desk, leave)
        html = drawn(response)
        assert response.status_code == 409
        assert "1 visit is booked in this time" in html
        assert "Maria Ortiz" in html
        assert "Save all of it" in html
        assert not AvailabilityException.objects.exists()

    def test_seen_it_is_saved_and_they_stay_booked(self, desk, leave, visit):
        assert send(desk, leave | {"seen": [visit.pk], "how": "stay"}).status_code == 302
        assert Consultation.objects.get().state == "booked"
        assert "They stay booked until they are moved." in drawn(desk.get(reverse("availability")))

    def test_one_that_was_booked_meanwhile_is_shown_too(
        self, desk, leave, visit, bens_request, half_past_nine, sam, now
    ):
        book(request=bens_request, slot=half_past_nine, by=sam, now=now)
        response = send(desk, leave | {"seen": [visit.pk]})
        assert "2 visits are booked in this time" in drawn(response)

    def test_others_are_not(self, desk, leave, lee, hours, visit):
        response = send(desk, leave | {"membership": lee.pk})
        assert response.status_code == 302

    def test_extra_hours_run_into_none(self, desk, leave, visit):
        extra = {"kind": "extra", "starts": "09:00", "ends": "10:00", "room": "Room 4"}
        response = send(desk, leave | extra | {"slot_minutes": "30", "last_on": ""})
        assert response.status_code == 302


class TestHoliday:
    """One entry for the desk and the phone, whoever makes it."""

    @pytest.fixture
    def closed(self):
        return {"date": "2026-03-03", "last_on": ""}

    def fresh(self, clinic):
        clinic.refresh_from_db()
        return clinic

    def test_closes_the_whole_clinic(self, desk, closed, hours, lee, northside):
        assert send(desk, closed, "add_holiday").url == reverse("availability")
        assert TUESDAY not in days_offered(self.fresh(northside))
        assert "The clinic is closed" in drawn(desk.get(reverse("availability")))

    def test_the_phone_knows_it_too(self, desk, closed, northside, now):
        send(desk, closed, "add_holiday")
        noon = new_york(12)
        assert not self.fresh(northside).opening(noon).is_open

    def test_entered_by_the_administrator_the_desk_knows_it(
        self, northside, hours, ada, sign_in, desk
    ):
        sign_in(ada).post(reverse("add_closed_day"), {"day": "2026-03-03"})
        assert TUESDAY not in days_offered(self.fresh(northside))
        html = drawn(desk.get(reverse("calendar"), {"day": "2026-03-03"}))
        assert "The clinic is closed" in html

    def test_visits_on_a_day_that_the_administrator_closed_stand_on_the_page(
        self, northside, visit, ada, sign_in, desk
    ):
        sign_in(ada).post(reverse("add_closed_day"), {"day": "2026-03-03"})
        page = drawn(desk.get(reverse("availability")))
        assert "These visits fall within the time off." in page
        assert "Maria Ortiz" in page

    def test_many_days_at_once(self, desk, closed, hours, northside):
        send(desk, closed | {"last_on": "2026-03-06"}, "add_holiday")
        assert len(self.fresh(northside).closed_on) == 4

    def test_sixty_days_are_enough(self, desk, closed, northside):
        response = send(desk, closed | {"last_on": "2026-06-30"}, "add_holiday")
        assert response.status_code == 422
        assert "There are sixty such days already." in drawn(response)
        assert self.fresh(northside).closed_on == []

    def test_also_for_extra_hours_and_for_one_clinician_alone(self, closed, desk, kim, northside):
        add_exception(
            membership=kim, kind="extra", date=TUESDAY, starts=time(9), ends=time(10),
            room="Room 4", slot_minutes=30,
        )  # fmt: skip
        send(desk, closed, "add_holiday")
        clinic = self.fresh(northside)
        assert slots.offered(clinic, TUESDAY, TUESDAY, clinician=kim.pk) == []

    def test_shows_everybodys_visits_first(self, desk, closed, visit):
        response = send(desk, closed, "add_holiday")
        assert response.status_code == 409
        assert "Maria Ortiz" in drawn(response)
        assert (
            send(desk, closed | {"seen": [visit.pk], "how": "stay"}, "add_holiday").status_code
            == 302
        )

    def test_is_one_clinics_own(self, desk, closed, southside, northside, hours, now):
        add_holiday(clinic=southside, date=TUESDAY, now=now)
        assert TUESDAY in days_offered(self.fresh(northside))

    def test_said_twice_it_is_once(self, desk, closed, northside):
        for _ in range(2):
            assert send(desk, closed, "add_holiday").status_code == 302
        assert self.fresh(northside).closed_on == [TUESDAY]

    @pytest.mark.parametrize("day", ["2026-03-03", "2026-03-04", "soon"])
    def test_open_after_all(self, desk, closed, northside, hours, day):
        send(desk, closed, "add_holiday")
        assert desk.post(reverse("open_again"), {"day": day}).status_code == 302
        assert (TUESDAY in days_offered(self.fresh(northside))) is (day == "2026-03-03")

    def test_a_deadline_does_not_fall_on_it(self, desk, closed, northside, protocol, now):
        """Two working days from Monday are Wednesday; with Tuesday closed, Thursday."""
        assert read_by(now, northside).isoformat() == "2026-03-04"
        before = due_by("review_requested", protocol, northside, now)
        send(desk, closed, "add_holiday")
        clinic = self.fresh(northside)
        assert read_by(now, clinic).isoformat() == "2026-03-05"
        assert due_by("review_requested", protocol, clinic, now) > before


class TestConstraints:
    def refuse(self, constraint, **changes):
        said = {"kind": "off", "date": TUESDAY, "last_on": TUESDAY} | changes
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            AvailabilityException.objects.create(**said)

    def test_it_is_somebodys(self, northside):
        self.refuse("membership_id")

    def test_it_ends_after_it_begins(self, kim):
        self.refuse("exception_ends_after_it_begins", membership=kim, last_on=MONDAY)

    def test_leave_never_overlaps_leave(self, kim):
        add_exception(membership=kim, kind="off", date=MONDAY, last_on=FRIDAY)
        with pytest.raises(OffAlready):
            add_exception(membership=kim, kind="off", date=TUESDAY)
        self.refuse("one_leave_at_a_time", membership=kim)


def test_a_visit_of_nine_is_in_leave_that_begins_at_midnight_here(visit, kim, sam, now):
    """The clinic's days, not those of UTC."""
    planned = AvailabilityException(membership=kim, kind="off", date=MONDAY, last_on=MONDAY)
    assert slots.hits(sam.membership_as("scheduler"), [planned], now=now)[None] == []
    assert visit.starts == new_york(9)
