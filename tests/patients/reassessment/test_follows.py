"""What follows from a finished reassessment: a visit that staff are asked for, and VA for a veteran."""

from datetime import timedelta

import pytest
from django.urls import reverse

from patients.models import VisitRequest
from patients.reassessment.actions.letters import Words, make_final, withdraw_letter, write_letter
from patients.reassessment.actions.visit_request import (
    NotFinishedYet,
    TooLate,
    request_visit,
    undo_visit_request,
)
from scheduling import slots
from scheduling.hours.actions import add_hours
from scheduling.referrals.actions import close_referral, request_referral
from scheduling.visits.actions.book import book
from tests.patients.reassessment.room import begin, finished, read

pytestmark = pytest.mark.django_db

WEEK = timedelta(days=7)


@pytest.fixture
def desk(dr_kim, sign_in):
    return sign_in(dr_kim)


@pytest.fixture
def own(trial, episode, dr_kim, now):
    return finished(episode, dr_kim, now)


def ask(own, by, now, purpose="review"):
    due_on = now.date() + WEEK
    return request_visit(reassessment=own, purpose=purpose, due_on=due_on, by=by, now=now)


def url(own, name="reassessment"):
    return reverse(name, args=[own.pk])


class TestVisit:
    def test_staff_are_asked_once(self, own, dr_kim, sam, sign_in, desk, now):
        typed = {"purpose": "next_step", "due_on": "2026-03-16"}
        for _tap in range(2):
            page = read(desk.post(url(own, "request_visit"), typed, follow=True))
        assert "Staff were asked: Start of the next step, by Mar 16, 2026" in page
        asked = VisitRequest.objects.get()
        assert (asked.reassessment, asked.requested_by) == (own, dr_kim)
        assert "Maria Ortiz" in read(sign_in(sam).get(reverse("board")))

    def test_nothing_is_chosen_before_and_no_day_is_past(self, own, desk):
        assert "checked" not in read(desk.get(url(own))).split("A visit")[1]
        page = desk.post(url(own, "request_visit"), {"due_on": "2026-03-01"})
        said = read(page)
        assert page.status_code == 422
        for words in ("Choose what the visit is for.", "There is a problem"):
            assert words in said, words
        assert not VisitRequest.objects.exists()

    def test_undone_it_can_be_asked_for_again(self, own, dr_kim, desk, now):
        ask(own, dr_kim, now)
        page = read(desk.post(url(own, "undo_visit_request"), follow=True))
        assert "Undone: nobody looks for a time any more" in page
        assert VisitRequest.objects.get().closed_by == dr_kim
        again = ask(own, dr_kim, now, purpose="next_step")
        assert (again.closed_at, again.purpose) == (None, "next_step")
        assert VisitRequest.objects.count() == 1

    def test_before_it_is_finished_nothing_follows(self, trial, episode, dr_kim, desk, now):
        begun = begin(episode, dr_kim, now)
        with pytest.raises(NotFinishedYet):
            ask(begun, dr_kim, now)
        typed = {"purpose": "review", "due_on": "2026-03-16"}
        page = read(desk.post(url(begun, "request_visit"), typed, follow=True))
        assert "Finish the reassessment first" in page
        assert desk.post(url(begun, "undo_visit_request")).status_code == 404

    def test_a_booked_visit_is_for_staff_to_cancel(self, own, dr_kim, sam, desk, now):
        asked = ask(own, dr_kim, now)
        mine = dr_kim.membership_as("clinician")
        add_hours(
            membership=mine, room="Room 1", weekdays=[0, 1, 2, 3, 4], starts="09:00", ends="12:00",
            slot_minutes=30, from_on=now.date(),
        )  # fmt: skip
        asked.refresh_from_db()
        book(request=asked, slot=slots.best_for(asked, now=now)[0], by=sam, now=now)
        with pytest.raises(TooLate):
            undo_visit_request(request=asked, by=dr_kim, now=now)
        page = read(desk.post(url(own, "undo_visit_request"), follow=True))
        assert "Staff have found a time already" in page
        assert "A visit was booked for it" in page
        assert ask(own, dr_kim, now).closed_at is not None


class TestVeteran:
    @pytest.fixture
    def veteran(self, maria):
        maria.is_veteran = True
        maria.save()
        return maria

    @pytest.fixture
    def letter(self, veteran, own, dr_kim, now):
        words = Words("Please see her", "en", "Spine surgery, General Hospital")
        draft = write_letter(
            reassessment=own, kind="referral", words=words, seen=0, by=dr_kim, now=now
        )
        return make_final(letter=draft, by=dr_kim, now=now)

    @pytest.fixture
    def list_of_staff(self, sam, sign_in):
        client = sign_in(sam)
        return lambda: read(client.get(reverse("referrals")))

    def test_the_room_says_how_it_stands_with_va(self, veteran, own, desk, sam, now):
        assert "No VA referral is open" in read(desk.get(url(own)))
        request_referral(patient=veteran, number="", by=sam, now=now)
        page = read(desk.get(url(own)))
        assert "Requested" in page
        assert "VA makes the coverage decision." in page

    def test_who_is_no_veteran_reads_nothing_of_va(self, own, desk):
        assert "VA referral" not in read(desk.get(url(own)))

    def test_staff_learn_that_va_is_to_be_asked_and_nothing_of_the_letter(
        self, letter, list_of_staff
    ):
        page = list_of_staff()
        assert "VA is still to be asked" in page
        assert "Maria Ortiz" in page
        assert "Please see her" not in page

    def test_it_leaves_the_list_when_va_was_asked_and_stays_away(
        self, letter, veteran, sam, list_of_staff, now
    ):
        referral = request_referral(patient=veteran, number="", by=sam, now=now)
        assert "VA is still to be asked" not in list_of_staff()
        close_referral(referral=referral, closing="refused", by=sam, now=now)
        assert "VA is still to be asked" not in list_of_staff()

    def test_a_withdrawn_letter_asks_for_nothing(self, letter, dr_kim, list_of_staff, now):
        withdraw_letter(letter=letter, reason="Wrong surgeon", by=dr_kim, now=now)
        assert "VA is still to be asked" not in list_of_staff()

    def test_who_is_no_veteran_is_not_on_the_list(self, letter, veteran, list_of_staff):
        type(veteran).objects.update(is_veteran=False)
        assert "VA is still to be asked" not in list_of_staff()
