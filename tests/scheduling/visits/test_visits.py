"""Maria looks at her visits and takes them into her calendar."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.template import Context, Template
from django.urls import reverse
from icalendar import Calendar

from patients.models import Patient
from scheduling.models import Consultation
from scheduling.visits.actions.book import book
from scheduling.visits.actions.change import cancel, reschedule
from tests.pages import drawn
from tests.scheduling.conftest import ask_for_visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def phone(maria, sign_in):
    return sign_in(maria.user)


def my_visits(phone):
    return drawn(phone.get(reverse("visits")))


def calendar_event(phone, visit):
    response = phone.get(reverse("visit_calendar", args=[visit.pk]))
    assert response.headers["Content-Type"].startswith("text/calendar")
    calendar = Calendar.from_ical(response.content)
    (event,) = calendar.walk("VEVENT")
    return calendar, event


class TestMyVisits:
    def test_none(self, phone):
        html = my_visits(phone)
        assert "You have no visits booked." in html
        assert "555-0100" in html

    def test_a_time_is_being_looked_for(self, phone, wanted):
        html = my_visits(phone)
        assert "We need to find a time for your visit. We will call you by" in html

    def test_the_next_one_with_when_who_and_where(self, phone, visit):
        html = my_visits(phone)
        assert "Your next visit" in html
        assert "Tue, Mar 3, 9:00 a.m." in html
        assert "Dr. Kim, Northside Spine Clinic, Room 4" in html
        assert "We need to find a time" not in html

    def test_a_time_that_is_only_held_is_not_shown(self, phone, held):
        assert "Mar 3" not in my_visits(phone)

    def test_earlier_ones(self, phone, visit, nine):
        with time_machine.travel(nine.ends, tick=False):
            html = my_visits(phone)
        assert "Earlier" in html
        assert "You have no visits booked." in html

    def test_a_cancelled_one_can_leave_the_calendar(self, phone, visit, sam, now):
        cancel(visit=visit, reason="other", by=sam, now=now)
        html = my_visits(phone)
        assert "Take it out of your calendar" in html
        assert "We need to find a time" in html

    def test_not_those_of_others(self, ben, visit, sign_in):
        assert "Mar 3" not in my_visits(sign_in(ben.user))

    def test_a_clinician_who_is_a_patient_sees_only_their_own(self, visit, ben, dr_kim, sign_in):
        ben.user = dr_kim
        ben.save()
        dr_kim = type(dr_kim).objects.get(pk=dr_kim.pk)
        assert "Mar 3" not in my_visits(sign_in(dr_kim))


class TestCalendarFile:
    def test_says_when_and_nothing_of_health(self, phone, visit, nine):
        calendar, event = calendar_event(phone, visit)
        assert calendar["METHOD"] == "REQUEST"
        assert event["SUMMARY"] == "Clinic visit"
        assert (event.start, event.end) == (nine.starts, nine.ends)
        assert event["STATUS"] == "CONFIRMED"
        text = calendar.to_ical().decode().lower()
        for word in ("maria", "kim", "pain", "spine clinic", "reassess", "room"):
            assert word not in text

    def test_keeps_its_name_while_its_number_rises(self, phone, visit, half_past_nine, sam, now):
        _calendar, first = calendar_event(phone, visit)
        reschedule(visit=visit, slot=half_past_nine, by=sam, now=now)
        _calendar, moved = calendar_event(phone, visit)
        cancel(visit=visit, reason="other", by=sam, now=now)
        calendar, gone = calendar_event(phone, visit)
        assert first["UID"] == moved["UID"] == gone["UID"]
        assert [event["SEQUENCE"] for event in (first, moved, gone)] == [0, 1, 2]
        assert moved.start == half_past_nine.starts
        assert (calendar["METHOD"], gone["STATUS"]) == ("CANCEL", "CANCELLED")

    def test_of_a_held_time_is_not_there(self, phone, held):
        assert phone.get(reverse("visit_calendar", args=[held.pk])).status_code == 404

    def test_of_somebody_else_is_not_there(self, visit, ben, stella, sign_in):
        for other in (ben, stella):
            response = sign_in(other.user).get(reverse("visit_calendar", args=[visit.pk]))
            assert response.status_code == 404


class TestWhoSees:
    @pytest.mark.parametrize(
        ("person", "state", "sees"),
        [
            ("sam", "held", True),
            ("sam", "visit", True),
            ("dr_kim", "held", True),
            ("maria", "held", False),
            ("maria", "visit", True),
            ("ada", "visit", False),
            ("sid", "visit", False),
            ("dr_strand", "visit", False),
            ("stella", "visit", False),
        ],
    )
    def test_a_visit(self, request, person, state, sees):
        visit = request.getfixturevalue(state)
        who = request.getfixturevalue(person)
        viewer = who if isinstance(who, Patient) else who.membership_as()
        assert list(Consultation.objects.visible_to(viewer)) == ([visit] if sees else [])

    def test_it_is_told_in_words(self, visit):
        assert str(visit) == "Booked: Maria Ortiz, 2026-03-03 14:00 UTC"


class TestPanels:
    """What the pages of the house below show of visits."""

    def card(self, patient):
        template = Template('{% load panels %}{% panel "next_visit" patient %}')
        return template.render(Context({"patient": patient}))

    def line(self, *patients):
        template = Template(
            '{% load panels %}{% panel "next_visits" patients as visits %}'
            '{% for one in patients %}{% panel "next_visit_line" one visits %};{% endfor %}'
        )
        html = template.render(Context({"patients": patients}))
        return "".join(line.strip() for line in html.splitlines())

    def test_no_visit(self, maria):
        assert "You have no visits booked." in self.card(maria)
        assert self.line(maria) == ";"

    def test_the_next_visit(self, visit, maria):
        assert "Tue, Mar 3, 9:00 a.m." in self.card(maria)
        assert self.line(maria) == "Visit Mar 3, 9:00 a.m. EST;"

    def test_a_time_is_looked_for(self, wanted, maria):
        html = self.card(maria)
        assert "We need to find a time for your visit." in html
        assert "You have no visits booked." not in html

    def test_the_first_of_two(self, visit, episode, dr_kim, slot_at, sam, now, maria):
        second = ask_for_visit(episode, by=dr_kim, now=now + timedelta(days=1))
        book(request=second, slot=slot_at(10), by=sam, now=now)
        assert self.line(maria) == "Visit Mar 3, 9:00 a.m. EST;"

    def test_many_patients_cost_one_query(self, visit, maria, ben, django_assert_num_queries):
        with django_assert_num_queries(1):
            assert self.line(maria, ben) == "Visit Mar 3, 9:00 a.m. EST;;"
