"""Confirmed, arrived, done, missed, cancelled: each with who, when and why, and each undone again."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notice
from patients.models import TherapySession, VisitRequest
from scheduling.calls.actions import note_call
from scheduling.calls.selectors import calls_about_visits
from scheduling.models import Consultation
from scheduling.visits.actions.attendance import (
    mark_arrived,
    mark_confirmed,
    mark_done,
    mark_no_show,
)
from scheduling.visits.actions.book import book, book_held, hold_for_call
from scheduling.visits.actions.change import cancel, drop_rebooking, reschedule
from scheduling.visits.actions.locks import CannotChange, NotWaiting, SlotTaken
from scheduling.visits.actions.offer import offer_held
from scheduling.visits.actions.undo import undo_step
from scheduling.visits.selectors import steps_of
from tests.pages import drawn
from tests.patients.record_data import a_programme
from tests.scheduling.visit_types.kinds import a_visit_type

pytestmark = pytest.mark.django_db


def missed_visits(member):
    causes = {cause.key: cause.rows for cause in calls_about_visits(member, timezone.now())}
    return causes.get("missed", [])


MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def desk(sam, sign_in):
    return sign_in(sam)


@pytest.fixture
def on_phone(maria, nine, sam, now):
    """Maria called and has nine o'clock; no clinician had asked for it."""
    held = hold_for_call(patient=maria, kind=None, slot=nine, by=sam, now=now)
    return book_held(held=held, by=sam, now=now)


def fresh(visit):
    return Consultation.objects.select_related("patient__clinic").get(pk=visit.pk)


def undo(visit, by, now):
    row = fresh(visit)
    undo_step(visit=row, seen=row.state, by=by, now=now)
    return fresh(visit)


def told(visit):
    return [str(step.what) for step in steps_of(visit)]


class TestConfirmed:
    def test_with_who_and_when(self, visit, sam, now):
        mark_confirmed(visit=visit, by=sam, now=now)
        row = fresh(visit)
        assert (row.state, row.confirmed_at, row.confirmed_by) == ("confirmed", now, sam)
        assert row.is_to_come

    def test_not_once_it_has_begun(self, visit, sam):
        with pytest.raises(CannotChange):
            mark_confirmed(visit=visit, by=sam, now=visit.starts)

    def test_it_still_arrives_moves_and_is_cancelled(self, visit, half_past_nine, sam, now):
        mark_confirmed(visit=visit, by=sam, now=now)
        moved = reschedule(visit=visit, slot=half_past_nine, by=sam, now=now)
        assert (moved.state, moved.confirmed_at) == ("booked", None)
        mark_confirmed(visit=moved, by=sam, now=now)
        assert cancel(visit=moved, reason="other", by=sam, now=now).state == "cancelled"

    def test_arrived_keeps_that_it_was_confirmed(self, visit, sam, now):
        mark_confirmed(visit=visit, by=sam, now=now)
        mark_arrived(visit=visit, by=sam, now=visit.starts)
        assert undo(visit, sam, visit.starts).state == "confirmed"

    def test_patients_see_it_among_their_visits(self, visit, maria, sam, sign_in, now):
        mark_confirmed(visit=visit, by=sam, now=now)
        assert "Change visit" in drawn(sign_in(maria.user).get(reverse("visits")))


class TestNoShow:
    def test_opens_a_call_and_the_request_waits_again(self, visit, wanted, sam):
        mark_no_show(visit=visit, reason="no_word", by=sam, now=visit.ends)
        assert VisitRequest.objects.waiting().get() == wanted
        assert [row.visit for row in missed_visits(sam.membership_as("scheduler"))] == [visit]
        assert not Notice.objects.filter(kind=Notice.Kind.VISIT_CANCELLED).exists()

    def test_nobody_is_discharged(self, visit, episode, sam):
        mark_no_show(visit=visit, reason="no_word", by=sam, now=visit.ends)
        episode.refresh_from_db()
        assert episode.closed_on is None

    def test_not_before_it_begins(self, visit, sam):
        with pytest.raises(CannotChange):
            mark_no_show(visit=visit, reason="no_word", by=sam, now=visit.starts - MINUTE)

    def test_without_a_request_it_is_to_be_booked_again(self, on_phone, desk, sam):
        mark_no_show(visit=on_phone, reason="too_late", by=sam, now=on_phone.ends)
        assert Consultation.objects.to_rebook().get() == on_phone
        with time_machine.travel(on_phone.ends, tick=False):
            html = drawn(desk.get(reverse("board")))
        assert "Came too late to be seen" in html
        assert reverse("no_other_time", args=[on_phone.pk]) in html

    @pytest.mark.parametrize(
        ("outcome", "left"), [("reached", 0), ("declined", 0), ("no_answer", 1)]
    )
    def test_the_call_stays_until_somebody_is_reached(self, visit, desk, sam, outcome, left):
        mark_no_show(visit=visit, reason="no_word", by=sam, now=visit.ends)
        place = reverse("note_call", args=[visit.patient_id])
        desk.post(place, {"outcome": outcome, "visit": visit.pk})
        assert len(missed_visits(sam.membership_as("scheduler"))) == left

    def test_or_until_another_visit_is_booked(self, visit, wanted, half_past_nine, sam, now):
        mark_no_show(visit=visit, reason="no_word", by=sam, now=visit.ends)
        book(request=wanted, slot=half_past_nine, by=sam, now=visit.ends + MINUTE)
        assert missed_visits(sam.membership_as("scheduler")) == []

    def test_a_call_about_silence_does_not_settle_it(self, visit, maria, sam):
        mark_no_show(visit=visit, reason="no_word", by=sam, now=visit.ends)
        note_call(patient=maria, outcome="reached", by=sam, now=visit.ends)
        assert len(missed_visits(sam.membership_as("scheduler"))) == 1

    def test_a_call_about_anothers_visit_is_no_call_about_it(self, visit, ben, desk, sam):
        desk.post(reverse("note_call", args=[ben.pk]), {"outcome": "reached", "visit": visit.pk})
        assert ben.calls.get().visit is None

    def test_why_is_asked_first(self, visit, desk):
        with time_machine.travel(visit.ends, tick=False):
            place = reverse("mark_no_show", args=[visit.pk])
            assert "needs a visit as before" in drawn(desk.get(place))
            assert "Choose what happened." in drawn(desk.post(place))
            page = drawn(desk.post(place, {"reason": "no_word"}, follow=True))
        assert "Missed a visit (1)" in page
        assert "Did not come, no word" in page

    def test_too_early_the_page_says_how_it_stands(self, visit, desk):
        response = desk.get(reverse("mark_no_show", args=[visit.pk]), follow=True)
        assert "A colleague changed this" in drawn(response)


class TestCancelled:
    def test_without_a_request_staff_say_whether_it_is_needed(self, on_phone, desk):
        place = reverse("cancel_visit", args=[on_phone.pk])
        assert "The patient needs another time" in drawn(desk.get(place))
        desk.post(place, {"reason": "patient_asked"})
        assert not Consultation.objects.to_rebook().exists()

    def test_and_then_it_waits_on_the_board(self, on_phone, desk):
        data = {"reason": "clinician_away", "wanted_again": "on"}
        desk.post(reverse("cancel_visit", args=[on_phone.pk]), data)
        assert Consultation.objects.to_rebook().get() == on_phone
        response = desk.post(reverse("no_other_time", args=[on_phone.pk]), follow=True)
        assert "does not need another time" in drawn(response)
        assert not Consultation.objects.to_rebook().exists()

    def test_the_patients_own_cancelling_keeps_it_in_sight(self, on_phone, maria, sign_in):
        sign_in(maria.user).post(reverse("cancel_my_visit", args=[on_phone.pk]))
        assert Consultation.objects.to_rebook().get() == on_phone

    def test_another_visit_of_the_kind_settles_it(self, on_phone, maria, half_past_nine, sam, now):
        cancel(visit=on_phone, reason="other", by=sam, now=now)
        later = now + MINUTE
        held = hold_for_call(patient=maria, kind=None, slot=half_past_nine, by=sam, now=later)
        assert Consultation.objects.to_rebook().exists()
        book_held(held=held, by=sam, now=later)
        assert not Consultation.objects.to_rebook().exists()

    def test_with_a_request_the_request_waits_instead(self, visit, wanted, sam, now):
        cancel(visit=visit, reason="other", by=sam, now=now)
        assert not Consultation.objects.to_rebook().exists()
        assert VisitRequest.objects.waiting().get() == wanted


class TestUndo:
    def test_each_step_back_to_the_one_before(self, visit, sam, now):
        at = visit.starts
        mark_confirmed(visit=visit, by=sam, now=now)
        mark_arrived(visit=visit, by=sam, now=at)
        mark_done(visit=visit, by=sam, now=at)
        states = [undo(visit, sam, at).state for _step in range(3)]
        assert states == ["arrived", "confirmed", "booked"]
        assert (fresh(visit).undone_at, fresh(visit).undone_by) == (at, sam)

    def test_a_missed_visit_counts_again_and_its_request_is_closed(self, visit, wanted, sam):
        mark_no_show(visit=visit, reason="no_word", by=sam, now=visit.ends)
        row = undo(visit, sam, visit.ends)
        assert (row.state, row.no_show_at, row.no_show_reason) == ("booked", None, "")
        assert not VisitRequest.objects.waiting().exists()
        assert missed_visits(sam.membership_as("scheduler")) == []

    def test_a_cancelled_visit_has_its_time_again_and_the_patient_hears(self, visit, sam, now):
        cancel(visit=visit, reason="other", by=sam, now=now)
        row = undo(visit, sam, now)
        assert (row.state, row.sequence, row.cancel_reason) == ("booked", 2, "")
        visits = Notice.objects.filter(kind__startswith="visit")
        kinds = visits.order_by("pk").values_list("kind", flat=True)
        assert list(kinds) == ["visit_booked", "visit_cancelled", "visit_booked"]

    def test_once_its_time_has_passed_nobody_is_told(self, visit, sam, now):
        cancel(visit=visit, reason="other", by=sam, now=now)
        told_so_far = Notice.objects.count()

        undo(visit, sam, visit.ends)

        assert fresh(visit).state == "booked"
        assert Notice.objects.count() == told_so_far

    def test_unless_somebody_else_has_the_time(self, visit, nine, ben, desk, sam, now):
        cancel(visit=visit, reason="other", by=sam, now=now)
        hold_for_call(patient=ben, kind=None, slot=nine, by=sam, now=now)
        with pytest.raises(SlotTaken):
            undo(visit, sam, now)
        place = reverse("undo_step", args=[visit.pk])
        response = desk.post(place, {"state": "cancelled"}, follow=True)
        assert "This time is not free any more." in drawn(response)

    def test_or_its_request_has_another_visit(self, visit, wanted, half_past_nine, sam, now):
        cancel(visit=visit, reason="other", by=sam, now=now)
        book(request=wanted, slot=half_past_nine, by=sam, now=now)
        with pytest.raises(NotWaiting):
            undo(visit, sam, now)
        assert fresh(visit).state == "cancelled"

    def test_a_booking_undone_is_cancelled_as_a_mistake(self, visit, wanted, sam, now):
        assert undo(visit, sam, now).cancel_reason == "mistake"
        assert VisitRequest.objects.waiting().get() == wanted

    def test_what_moved_on_is_not_undone(self, visit, desk, sam):
        mark_arrived(visit=visit, by=sam, now=visit.starts)
        response = desk.post(
            reverse("undo_step", args=[visit.pk]), {"state": "booked"}, follow=True
        )
        assert "A colleague changed this" in drawn(response)
        assert fresh(visit).state == "arrived"

    def test_two_who_undo_the_same_step_undo_one(self, visit, sam, now):
        mark_confirmed(visit=visit, by=sam, now=now)
        mark_arrived(visit=visit, by=sam, now=visit.starts)
        seen = fresh(visit)
        undo_step(visit=seen, seen="arrived", by=sam, now=visit.starts)
        with pytest.raises(CannotChange):
            undo_step(visit=seen, seen="arrived", by=sam, now=visit.starts)
        assert fresh(visit).state == "confirmed"

    def test_from_the_row_and_from_its_history(self, visit, desk, sam, now):
        mark_confirmed(visit=visit, by=sam, now=now)
        assert reverse("undo_step", args=[visit.pk]) in drawn(desk.get(reverse("board")))
        sent = {"state": "confirmed", "history": "yes"}
        response = desk.post(reverse("undo_step", args=[visit.pk]), sent)
        assert response.url == reverse("visit", args=[visit.pk])
        assert "Undone: confirmed by the patient" in drawn(desk.get(response.url))


class TestHistory:
    def test_tells_each_step_with_who_and_why(self, visit, half_past_nine, desk, sam, now):
        reschedule(visit=visit, slot=half_past_nine, by=sam, now=now)
        mark_confirmed(visit=visit, by=sam, now=now)
        cancel(visit=visit, reason="clinician_away", by=sam, now=now)
        html = drawn(desk.get(reverse("visit", args=[visit.pk])))
        story = [
            "Booked",
            "Moved to Tue, Mar 3, 9:30 a.m.",
            "Confirmed by the patient",
            "Cancelled",
        ]
        assert told(visit)[::-1] == story
        assert "The clinician is away" in html
        assert html.count("Sam Silva") >= len(story)

    def test_that_it_was_offered(self, maria, half_past_nine, sam, now):
        held = hold_for_call(patient=maria, kind=None, slot=half_past_nine, by=sam, now=now)
        offer_held(held=held, by=sam, now=now)

        assert "Offered to the patient" in told(held)

    def test_an_offer_and_what_is_no_longer_needed(self, on_phone, sam, now):
        cancel(visit=on_phone, reason="other", by=sam, now=now)
        drop_rebooking(visit=on_phone)
        assert told(on_phone)[::-1] == ["Held", "Booked", "Cancelled", "No other time is needed"]


class TestTherapy:
    @pytest.fixture
    def session(self, northside, maria, episode, dr_kim, kim, hours, sam, now):
        """A therapy visit of Maria's, whose programme runs; she has arrived."""
        from scheduling import slots
        from tests.scheduling.conftest import new_york

        a_programme(episode, dr_kim, now)
        kind = a_visit_type(northside, minutes=30, people=[kim.pk])
        key = f"{kim.pk}-{new_york(9):%Y%m%d%H%M}"
        slot = slots.find(northside, key, kind=kind, now=now)
        held = hold_for_call(patient=maria, kind=kind, slot=slot, by=sam, now=now)
        visit = book_held(held=held, by=sam, now=now)
        mark_arrived(visit=visit, by=sam, now=visit.starts)
        return visit

    def test_done_is_a_session_of_the_programme(self, session, sam):
        mark_done(visit=session, by=sam, now=session.ends)
        row = TherapySession.objects.get()
        assert (row.held_on, row.attended) == (session.starts.date(), True)

    def test_undone_it_is_none(self, session, sam):
        mark_done(visit=session, by=sam, now=session.ends)
        undo(session, sam, session.ends)
        assert TherapySession.objects.get().withdrawn_at is not None

    def test_what_the_therapist_noted_that_day_stays_one(self, session, dr_kim, sam, episode):
        from patients.models import TherapyProgramme
        from patients.record.actions.records import keep_record

        noted = TherapySession(
            programme=TherapyProgramme.objects.get(), held_on=session.starts.date(), attended=True,
            note="Walked further.",
        )  # fmt: skip
        keep_record(record=noted, by=dr_kim, now=session.starts)
        mark_done(visit=session, by=sam, now=session.ends)
        undo(session, sam, session.ends)
        assert TherapySession.objects.get().withdrawn_at is None

    def test_another_visit_is_no_session(self, visit, episode, dr_kim, sam, now):
        a_programme(episode, dr_kim, now)
        mark_arrived(visit=visit, by=sam, now=visit.starts)
        mark_done(visit=visit, by=sam, now=visit.ends)
        assert not TherapySession.objects.exists()


class TestConstraints:
    @pytest.mark.parametrize(
        ("changes", "constraint"),
        [
            ({"state": "confirmed"}, "visit_confirmed_at_with_by"),
            ({"confirmed_at": True}, "visit_confirmed_at_with_by"),
            ({"state": "no_show"}, "visit_(missed|no_show)"),
            ({"no_show_at": True}, "visit_no_show_at_with_by"),
            ({"no_show_reason": "no_word"}, "visit_missed_with_reason"),
            ({"rebook_by": True}, "visit_rebooked_without_request"),
            ({"undone_at": True}, "visit_undone_at_with_by"),
        ],
    )
    def test_a_state_has_its_stamps_and_no_others(self, visit, now, changes, constraint):
        values = {name: now if value is True else value for name, value in changes.items()}
        if "rebook_by" in values:
            values["rebook_by"] = now.date()
        with pytest.raises(IntegrityError, match=constraint):
            Consultation.objects.filter(pk=visit.pk).update(**values)


def test_a_move_by_staff_is_undone_as_a_move_and_not_as_a_booking(
    visit, nine, half_past_nine, sam, sign_in, now
):
    moved = reschedule(visit=visit, slot=half_past_nine, by=sam, now=now)
    desk = sign_in(sam)
    assert "Undo the move" in drawn(desk.get(reverse("visit", args=[visit.pk])))
    undo_step(visit=moved, seen="moved", by=sam, now=now)
    visit.refresh_from_db()
    assert (visit.slot, visit.state) == (nine, "booked")
    with pytest.raises(CannotChange):
        undo_step(visit=visit, seen="moved", by=sam, now=now + timedelta(minutes=11))
