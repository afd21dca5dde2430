"""Whom to call and why: nobody falls through, and whoever was reached leaves the list."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError
from django.urls import reverse

from patients.models import Decision, Finding, Flag
from patients.record.actions.register import invite_patient
from patients.worklist.actions.decide import decide
from patients.worklist.actions.effects import Choice
from scheduling.calls.actions import NothingToTell, note_call, tell_clinician
from scheduling.calls.scripts import script_for
from scheduling.calls.selectors import (
    calls_about_visits,
    non_responders,
    unanswered_invitations,
)
from scheduling.models import Call, Consultation
from scheduling.visits.actions.attendance import mark_no_show
from scheduling.visits.actions.book import book
from scheduling.visits.actions.choice import offer_times
from scheduling.visits.actions.offer import OFFER_FOR, offer
from tests import factories
from tests.pages import drawn

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def causes(sam, at):
    found = calls_about_visits(sam.membership_as("scheduler"), at)
    return {cause.key: [row.visit.patient.name for row in cause.rows] for cause in found}


class TestAnOfferThatRanOut:
    @pytest.fixture
    def at(self, now):
        return now + OFFER_FOR

    @pytest.fixture
    def offered(self, wanted, slot_at, kim, sam, now):
        friday = now.date() + 4 * DAY
        return offer(request=wanted, slot=slot_at(9, 0, friday), by=sam, now=now)

    def test_its_patient_is_called(self, offered, sam, now, at):
        assert causes(sam, at - DAY / 24) == {}
        assert causes(sam, at) == {"expired": ["Maria Ortiz"]}

    def test_reached_or_booked_they_leave_the_list(self, offered, wanted, maria, sam, at):
        note_call(patient=maria, outcome="no_answer", by=sam, now=at, visit=offered)
        assert causes(sam, at) == {"expired": ["Maria Ortiz"]}
        note_call(patient=maria, outcome="reached", by=sam, now=at + DAY / 24, visit=offered)
        assert causes(sam, at + DAY / 12) == {}

    def test_booked_meanwhile(self, offered, wanted, sam, at):
        book(request=wanted, slot=offered.slot, by=sam, now=at)
        assert causes(sam, at) == {}

    def test_of_three_times_one_call(self, wanted, maria, slot_at, sam, now, at):
        friday = now.date() + 4 * DAY
        times = [slot_at(9, 0, friday), slot_at(9, 30, friday), slot_at(10, 0, friday)]
        offer_times(patient=maria, slots=times, request=wanted, by=sam, now=now)
        assert causes(sam, at) == {"expired": ["Maria Ortiz"]}

    def test_a_call_about_a_time_that_is_gone_is_kept_and_stands_in_nobodys_way(
        self, offered, maria, bens_request, sam, at
    ):
        call = note_call(patient=maria, outcome="no_answer", by=sam, now=at, visit=offered)
        book(request=bens_request, slot=offered.slot, by=sam, now=at)
        assert not Consultation.objects.filter(pk=offered.pk).exists()
        call.refresh_from_db()
        assert (call.visit, call.about) == (None, "visit")


class TestAnInvitation:
    @pytest.fixture
    def dan(self, northside, dr_kim, now):
        dan = factories.PatientFactory(clinic=northside, by=dr_kim, name="Dan Ode", joined=False)
        invite_patient(patient=dan, by=dr_kim, now=now)
        return dan

    def names(self, sam, at):
        found = unanswered_invitations(sam.membership_as("scheduler"), at)
        return [row.patient.name for row in found]

    def test_after_three_days(self, dan, maria, sam, now):
        assert self.names(sam, now + 2 * DAY) == []
        assert self.names(sam, now + 3 * DAY) == ["Dan Ode"]

    def test_noted_on_the_board_and_it_is_no_call_about_silence(self, dan, sam, sign_in, now):
        at = now + 3 * DAY
        with time_machine.travel(at, tick=False):
            desk = sign_in(sam)
            assert "Invited, not joined yet (1)" in drawn(desk.get(reverse("board")))
            sent = {"outcome": "reached", "about": "invitation"}
            desk.post(reverse("note_call", args=[dan.pk]), sent)
            assert "Invited, not joined yet" not in drawn(desk.get(reverse("board")))
        assert Call.objects.get().about == "invitation"
        assert self.names(sam, at) == []

    def test_whom_nobody_reached_stays(self, dan, sam, now):
        at = now + 3 * DAY
        note_call(patient=dan, outcome="no_answer", by=sam, now=at, about="invitation")
        assert self.names(sam, at) == ["Dan Ode"]

    def test_not_of_another_clinic(self, dan, sid, now):
        assert unanswered_invitations(sid.membership_as("scheduler"), now + 3 * DAY) == []


class TestTellingTheClinician:
    @pytest.fixture
    def silent(self, trial, maria, sam, now):
        """Maria has not logged for long, and three calls reached nobody."""
        for day in (2, 1, 0):
            note_call(patient=maria, outcome="no_answer", by=sam, now=now - day * DAY / 12)
        return maria

    def test_in_one_tap_it_is_on_the_worklist(self, silent, trial, sam, dr_kim, sign_in):
        desk = sign_in(sam)
        assert "Tell the clinician" in drawn(desk.get(reverse("board")))
        desk.post(reverse("tell_clinician", args=[silent.pk]))
        finding = Finding.objects.get(rule="staff-calls")
        assert "staff called 3 times without reaching them" in finding.sentence
        assert finding.flag.trial == trial
        clinician = sign_in(dr_kim)
        assert "staff called 3 times" in drawn(clinician.get(reverse("worklist")))
        assert clinician.get(reverse("flag", args=[finding.flag.pk])).status_code == 200
        assert clinician.get(reverse("explain", args=[finding.flag.pk])).status_code == 200

    def test_said_twice_on_a_day_it_is_once(self, silent, now):
        for _ in range(2):
            tell_clinician(patient=silent, tries=3, now=now)
        assert Flag.objects.count() == Finding.objects.count() == 1

    def test_not_before_three_and_not_without_a_step(self, maria, episode, now):
        with pytest.raises(NothingToTell):
            tell_clinician(patient=maria, tries=3, now=now)

    def test_once_told_the_button_is_gone(self, silent, trial, sam, sign_in):
        desk = sign_in(sam)
        desk.post(reverse("tell_clinician", args=[silent.pk]))
        page = drawn(desk.get(reverse("board")))
        assert "A clinician has been told" in page
        assert "Tell the clinician" not in page

    def test_whom_the_clinician_dismissed_leaves_the_list(self, silent, trial, sam, dr_kim, now):
        flag = tell_clinician(patient=silent, tries=3, now=now)
        patients = type(silent).objects.visible_to(sam.membership_as("scheduler"))
        assert non_responders(patients, silent.clinic, now)
        choice = Choice(kind=Decision.Kind.NOT_RELEVANT, reason=Decision.Reason.NOT_TAKING_PART)
        decide(flag=flag, choice=choice, by=dr_kim, now=now)
        assert non_responders(patients, silent.clinic, now + DAY) == []

    def test_about_a_missed_visit_too(self, trial, visit, sam, dr_kim, sign_in):
        at = visit.starts + DAY / 12
        mark_no_show(visit=visit, reason="no_word", by=sam, now=at)
        for hours in (1, 2, 3):
            when = at + hours * DAY / 24
            note_call(patient=visit.patient, outcome="no_answer", by=sam, now=when, visit=visit)
        with time_machine.travel(at + DAY / 6, tick=False):
            sent = {"visit": visit.pk}
            sign_in(sam).post(reverse("tell_clinician", args=[visit.patient_id]), sent)
            flag = Flag.objects.exclude(findings__rule="").order_by("pk").last()
            assert "Missed a visit, and staff called 3 times" in flag.sentence
            assert causes(sam, at + DAY / 6) == {"missed": ["Maria Ortiz"]}
            choice = Choice(kind=Decision.Kind.NOT_RELEVANT, reason=Decision.Reason.OTHER)
            decide(flag=flag, choice=choice, by=dr_kim, now=at + DAY / 4)
        assert causes(sam, at + DAY / 4) == {}

    def test_two_calls_are_too_few(self, trial, maria, sam, sign_in, now):
        note_call(patient=maria, outcome="no_answer", by=sam, now=now)
        desk = sign_in(sam)
        page = drawn(desk.post(reverse("tell_clinician", args=[maria.pk]), follow=True))
        assert "There is nothing to tell a clinician yet." in page
        assert not Flag.objects.exists()


def test_the_card_says_what_to_say_and_when_to_try_again(trial, maria, sam, sign_in, now):
    note_call(patient=maria, outcome="no_answer", by=sam, now=now)
    page = drawn(sign_in(sam).get(reverse("board")))
    assert "Hello, may I speak with Maria Ortiz, please?" in page
    assert "This is Northside Spine Clinic. We have not had a log from you for a while." in page
    assert "Next try: Tue, Mar 3, afternoon" in page


def test_the_script_is_in_the_patients_language(maria):
    maria.language = "es"
    assert script_for("missed", maria)[0].startswith("Hola")


def test_a_call_is_about_something_that_we_know(maria, sam, now):
    call = note_call(patient=maria, outcome="reached", by=sam, now=now)
    with pytest.raises(IntegrityError, match="call_about_known"):
        Call.objects.filter(pk=call.pk).update(about="weather")


def test_who_is_quiet_is_not_counted_as_called_about_a_visit(trial, visit, maria, sam, now):
    note_call(patient=maria, outcome="reached", by=sam, now=now, visit=visit)
    patients = type(maria).objects.visible_to(sam.membership_as("scheduler"))
    (row,) = non_responders(patients, maria.clinic, now)
    assert row.calls == []
