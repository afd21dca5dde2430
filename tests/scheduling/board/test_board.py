"""Sam's day: the board, a time for Maria, her arrival."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.models import Notice
from patients.models import AccessLog
from scheduling.models import Consultation
from scheduling.visits.actions.attendance import mark_arrived, mark_done
from scheduling.visits.actions.book import book, hold
from scheduling.visits.actions.change import cancel
from scheduling.visits.actions.locks import Busy, CannotChange
from tests import factories
from tests.pages import drawn
from tests.scheduling.conftest import ask_for_visit, new_york

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(sam, sign_in):
    return sign_in(sam)


@pytest.fixture
def desk_at(sam, sign_in):
    """`with desk_at(instant) as desk: …`: Sam comes back then, and signs in again."""

    @contextmanager
    def later(instant):
        with time_machine.travel(instant, tick=False):
            yield sign_in(sam)

    return later


def page(desk, name="board", *args, **query):
    response = desk.get(reverse(name, args=args), query)
    assert response.status_code == 200
    return drawn(response)


def press(desk, name, *args, **data):
    return desk.post(reverse(name, args=args), data)


class TestBoard:
    def test_everyone_has_a_visit(self, desk, hours):
        assert "Everyone who needs a visit has one." in page(desk)

    def test_who_needs_a_visit_why_and_by_when(self, desk, wanted, maria):
        html = page(desk)
        assert "Needs a visit (1)" in html
        assert "Maria Ortiz" in html
        assert "Reassessment, by" in html
        assert maria.phone in html
        assert reverse("find_time", args=[wanted.pk]) in html

    def test_prints_the_clinics_zone(self, desk, hours):
        assert "America/New_York" in page(desk)

    def test_shows_no_clinical_words(self, desk, wanted, visit):
        shown = page(desk).split("<main")[1].split("</main>")[0]
        decision = wanted.decision
        for secret in (decision.get_reason_display(), decision.flag.sentence, "back"):
            assert secret not in shown

    def test_late_requests_say_so(self, desk, wanted, now):
        wanted.due_on = now.date()
        wanted.save()
        assert "Due today" in page(desk)
        wanted.due_on -= timedelta(days=1)
        wanted.save()
        assert "Overdue" in page(desk)

    def test_a_held_time_moves_the_patient_to_held(self, desk, held):
        html = page(desk)
        assert "Needs a visit (0)" in html
        assert "Held (1)" in html
        assert "Held until 9:10 a.m." in html

    def test_a_lapsed_hold_moves_her_back(self, held, later, desk_at):
        with desk_at(later) as desk:
            html = page(desk)
        assert "Needs a visit (1)" in html
        assert "Held (0)" in html

    def test_a_visit_is_told_with_its_time_and_place(self, desk, visit):
        html = page(desk)
        assert "Booked (1)" in html
        assert "Tue, Mar 3, 9:00 a.m." in html
        assert "EST" in html
        assert "Dr. Kim" in html
        assert "Room 4" in html

    def test_arrived_is_offered_on_the_day_only(self, desk, visit, nine, desk_at):
        arrived = reverse("mark_arrived", args=[visit.pk])
        assert arrived not in page(desk)
        with desk_at(nine.starts) as desk:
            assert arrived in page(desk)

    def test_yesterdays_visit_that_nobody_settled_stays(self, visit, nine, desk_at):
        with desk_at(nine.starts + timedelta(days=1)) as desk:
            assert "Over, outcome not noted" in page(desk)

    def test_arrives_and_is_done(self, visit, nine, desk_at):
        with desk_at(nine.starts) as desk:
            assert press(desk, "mark_arrived", visit.pk).url == reverse("board")
            assert "Arrived (1)" in page(desk)
            press(desk, "mark_done", visit.pk)
            assert "Done today (1)" in page(desk)
        with desk_at(nine.starts + timedelta(days=1)) as desk:
            assert "Done today (0)" in page(desk)

    @pytest.mark.parametrize("step", ["mark_arrived", "mark_done"])
    def test_a_step_that_a_colleague_was_faster_with(self, desk, visit, nine, sam, step):
        mark_arrived(visit=visit, by=sam, now=nine.starts)
        mark_done(visit=visit, by=sam, now=nine.ends)
        response = desk.post(reverse(step, args=[visit.pk]), follow=True)
        assert "A colleague changed this" in response.content.decode()

    def test_costs_the_same_few_queries_for_many(
        self, desk, visit, bens_request, half_past_nine, sam, now, django_assert_max_num_queries
    ):
        book(request=bens_request, slot=half_past_nine, by=sam, now=now)
        page(desk)  # the session notes once that somebody is here
        with django_assert_max_num_queries(17):
            page(desk)


class TestFindTime:
    def test_offers_three_days_first(self, desk, wanted, hours):
        html = page(desk, "find_time", wanted.pk)
        best = html.split("Best fits")[1].split("Week of")[0]
        assert best.count('name="slot"') == 3
        assert "Mon, Mar 2, 9:30 a.m. EST, Dr. Kim" in best
        assert "Tue, Mar 3, 9:00 a.m. EST, Dr. Kim" in best

    def test_each_free_time_is_a_button_with_its_own_name(self, desk, wanted, hours):
        html = page(desk, "find_time", wanted.pk)
        assert 'aria-label="Tuesday 9:00 a.m., Dr. Kim, free"' in html

    def test_what_is_taken_is_no_button(self, desk, wanted, bens_request, nine, sam, now):
        book(request=bens_request, slot=nine, by=sam, now=now)
        html = page(desk, "find_time", wanted.pk)
        assert "Tuesday 9:00 a.m." not in html
        assert "Busy" in html

    def test_a_week_later(self, desk, wanted, hours):
        html = page(desk, "find_time", wanted.pk, week="2026-03-11")
        assert "Week of Mar 9" in html
        assert "Week before" in html

    @pytest.mark.parametrize("week", ["2026-02-01", "nonsense", "2026-02-31", ""])
    def test_no_earlier_week_than_this_one(self, desk, wanted, hours, week):
        html = page(desk, "find_time", wanted.pk, week=week)
        assert "Week of Mar 2" in html
        assert "Week before" not in html

    def test_a_year_ahead_is_the_end(self, desk, wanted, hours):
        assert "Week of Mar 1" in page(desk, "find_time", wanted.pk, week="9999-12-31")

    def test_another_clinician(self, desk, wanted, hours, lee):
        html = page(desk, "find_time", wanted.pk, clinician=lee.pk)
        assert "Tuesday 9:00 a.m., Dr. Lee, free" in html
        assert "Tuesday 9:00 a.m., Dr. Kim, free" not in html

    def test_what_has_begun_today_is_left_out(self, desk, wanted, hours):
        html = page(desk, "find_time", wanted.pk)
        assert "Monday 9:30 a.m., Dr. Kim, free" in html
        assert "Busy" not in html

    def test_without_hours_it_says_so(self, desk, wanted):
        html = page(desk, "find_time", wanted.pk)
        assert "Nobody has hours this week." in html
        assert "Nothing is free in the next two weeks." in html

    def test_opening_it_is_noted(self, desk, wanted, maria, sam):
        page(desk, "find_time", wanted.pk)
        noted = AccessLog.objects.get()
        assert (noted.patient, noted.user, noted.page) == (maria, sam, "find_time")

    def test_pressing_a_time_holds_it(self, desk, wanted, nine):
        response = press(desk, "find_time", wanted.pk, slot=nine.key)
        assert response.url == reverse("book", args=[wanted.pk])
        assert Consultation.objects.get().slot == nine

    def test_a_time_that_was_just_taken_answers_409_with_the_next(
        self, desk, wanted, bens_request, nine, sam, now
    ):
        hold(request=bens_request, slot=nine, by=sam, now=now)
        response = press(desk, "find_time", wanted.pk, slot=nine.key)
        assert response.status_code == 409
        html = drawn(response)
        assert "That time has just been taken. Next free:" in html
        assert "Tue 9:30 a.m., Tue 10:00 a.m., Tue 10:30 a.m." in html

    @pytest.mark.parametrize("slot", ["", "nonsense", "0-202603031400"])
    def test_nonsense_is_answered_with_what_to_do(self, desk, wanted, hours, slot):
        response = press(desk, "find_time", wanted.pk, slot=slot)
        assert response.status_code == 422
        html = response.content.decode()
        assert "There is a problem" in html
        assert "<title>Error: " in html

    def test_a_request_that_has_its_visit(self, desk, visit, wanted, half_past_nine):
        response = press(desk, "find_time", wanted.pk, slot=half_past_nine.key)
        assert response.url == reverse("board")

    def test_of_another_clinic_is_not_there(self, wanted, sid, sign_in):
        assert sign_in(sid).get(reverse("find_time", args=[wanted.pk])).status_code == 404

    def test_as_a_patient_elsewhere_sam_books_nothing_there(
        self, desk, sam, stella, dr_strand, trial, protocol, now
    ):
        stella.user = sam
        stella.save()
        complaint = factories.EpisodeFactory(patient=stella, by=dr_strand)
        factories.TrialFactory(episode=complaint, by=dr_strand)
        theirs = ask_for_visit(complaint, by=dr_strand, now=now)
        assert desk.get(reverse("find_time", args=[theirs.pk])).status_code == 404


class TestBook:
    def test_shows_what_is_held_until_when(self, desk, held, wanted):
        html = page(desk, "book", wanted.pk)
        assert "Tue, Mar 3, 9:00 a.m." in html
        assert "Held for this visit until 9:10 a.m." in html

    def test_without_a_held_time_it_goes_back_to_the_times(self, desk, wanted, hours):
        response = desk.get(reverse("book", args=[wanted.pk]))
        assert response.url == reverse("find_time", args=[wanted.pk])

    def test_books_and_says_who_is_told(self, desk, held, wanted, nine):
        response = desk.post(reverse("book", args=[wanted.pk]), {"slot": nine.key}, follow=True)
        assert "An e-mail asks Maria Ortiz" in response.content.decode()
        assert Consultation.objects.get().state == "booked"

    def test_says_whom_to_call_when_there_is_no_account(self, desk, wanted, maria, nine):
        maria.user, maria.phone = None, ""
        maria.save()
        response = desk.post(reverse("book", args=[wanted.pk]), {"slot": nine.key}, follow=True)
        assert "please call (no number on record)" in response.content.decode()
        assert not Notice.objects.filter(kind=Notice.Kind.VISIT_BOOKED).exists()

    def test_pressed_twice_is_one_visit(self, desk, held, wanted, nine):
        for _press in range(2):
            response = press(desk, "book", wanted.pk, slot=nine.key)
            assert response.url == reverse("board")
        assert Consultation.objects.count() == 1

    def test_a_time_that_was_given_away_answers_409_with_buttons_for_the_next(
        self, held, wanted, bens_request, nine, half_past_nine, sam, later, desk_at
    ):
        book(request=bens_request, slot=nine, by=sam, now=later)
        with desk_at(later) as desk:
            response = press(desk, "book", wanted.pk, slot=nine.key)
            assert response.status_code == 409
            assert f'value="{half_past_nine.key}"' in response.content.decode()
            assert press(desk, "book", wanted.pk, slot=half_past_nine.key).status_code == 302

    def test_when_others_book_at_this_moment(self, desk, held, wanted, nine, monkeypatch):
        def busy(**_asked):
            raise Busy

        monkeypatch.setattr("scheduling.visits.views.times.book_action", busy)
        response = press(desk, "book", wanted.pk, slot=nine.key)
        assert response.status_code == 409
        assert "Somebody else is booking just now." in response.content.decode()

    def test_nonsense_keeps_the_page(self, desk, held, wanted):
        response = press(desk, "book", wanted.pk, slot="nonsense")
        assert response.status_code == 422
        assert "no longer offered" in response.content.decode()

    def test_a_request_booked_at_another_time(self, desk, visit, wanted, half_past_nine):
        response = press(desk, "book", wanted.pk, slot=half_past_nine.key)
        assert response.url == reverse("board")

    def test_a_hold_is_let_go(self, desk, held):
        assert press(desk, "release_hold", held.pk).url == reverse("board")
        assert not Consultation.objects.exists()

    def test_a_visit_is_not_let_go_like_a_hold(self, desk, visit):
        assert press(desk, "release_hold", visit.pk).status_code == 404


class TestCancel:
    def test_asks_why(self, desk, visit):
        response = press(desk, "cancel_visit", visit.pk)
        assert response.status_code == 422
        assert "Choose a reason." in response.content.decode()
        visit.refresh_from_db()
        assert visit.state == "booked"

    def test_nothing_is_chosen_beforehand(self, desk, visit):
        assert "checked" not in page(desk, "cancel_visit", visit.pk)

    def test_sends_her_back_to_needs_a_visit(self, desk, visit):
        press(desk, "cancel_visit", visit.pk, reason="other")
        assert "Needs a visit (1)" in page(desk)

    def test_of_a_visit_that_is_over_is_not_there(self, desk, visit, sam, now):
        cancel(visit=visit, reason="other", by=sam, now=now)
        response = press(desk, "cancel_visit", visit.pk, reason="other")
        assert response.status_code == 404

    def test_when_a_colleague_was_faster(self, desk, visit, monkeypatch):
        def overtaken(**_asked):
            raise CannotChange

        monkeypatch.setattr("scheduling.visits.views.change.cancel", overtaken)
        response = desk.post(
            reverse("cancel_visit", args=[visit.pk]), {"reason": "other"}, follow=True
        )
        assert "A colleague changed this" in response.content.decode()


class TestReschedule:
    def test_moves_it_at_once(self, desk, visit, half_past_nine):
        response = press(desk, "reschedule_visit", visit.pk, slot=half_past_nine.key)
        assert response.url == reverse("board")
        visit.refresh_from_db()
        assert visit.slot == half_past_nine

    def test_shows_where_it_is_now(self, desk, visit):
        assert "Tue, Mar 3, 9:00 a.m." in page(desk, "reschedule_visit", visit.pk)

    def test_a_taken_time_answers_409(self, desk, visit, bens_request, half_past_nine, sam, now):
        book(request=bens_request, slot=half_past_nine, by=sam, now=now)
        response = press(desk, "reschedule_visit", visit.pk, slot=half_past_nine.key)
        assert response.status_code == 409
        assert "Tue 10:00 a.m." in response.content.decode()

    def test_nonsense_keeps_the_page(self, desk, visit):
        assert press(desk, "reschedule_visit", visit.pk, slot="x").status_code == 422

    def test_when_a_colleague_was_faster(self, desk, visit, half_past_nine, monkeypatch):
        def overtaken(**_asked):
            raise CannotChange

        monkeypatch.setattr("scheduling.visits.views.change.reschedule", overtaken)
        response = press(desk, "reschedule_visit", visit.pk, slot=half_past_nine.key)
        assert response.url == reverse("board")


def test_the_clocks_change_between_two_weeks(desk, wanted, hours):
    """The Monday after the change is nine o'clock again, an hour earlier in the world."""
    html = page(desk, "find_time", wanted.pk, week="2026-03-09")
    key = new_york(9, day=new_york(9).date() + timedelta(days=7)).strftime("%Y%m%d%H%M")
    assert f'-{key}" aria-label="Tuesday 9:00 a.m., Dr. Kim, free"' in html
