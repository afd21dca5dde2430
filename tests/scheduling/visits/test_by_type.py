"""A visit type decides who holds a visit, how long, where; and a call is booked in three presses."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.urls import reverse

from accounts.models import Notice
from patients.flags.actions import request_review
from patients.models import Decision, Patient, VisitRequest
from patients.record.actions.language import choose_language
from patients.worklist.actions.decide import decide
from patients.worklist.actions.effects import Choice
from scheduling import slots
from scheduling.models import Consultation, Room
from scheduling.visits.actions.book import book, book_held, hold, hold_for_call, release
from scheduling.visits.actions.change import cancel, reschedule
from scheduling.visits.actions.locks import NotWaiting, SlotTaken
from scheduling.visits.actions.offer import OfferEnded, accept_offer, offer_held
from tests.pages import drawn
from tests.scheduling.conftest import half_hours, new_york
from tests.scheduling.visit_types.kinds import a_visit_type
from tests.stage import staged

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@staged
def follow_up(northside):
    """Half an hour with any clinician, ten minutes to prepare and five to finish."""
    return a_visit_type(
        northside, name="Follow-up", purpose="follow_up", level=None, minutes=30, anyone=True,
        minutes_before=10, minutes_after=5, credentials=[],
    )  # fmt: skip


@staged
def by_phone(northside, kim):
    return a_visit_type(
        northside, name="Phone call", purpose="follow_up", mode="phone", level=None, minutes=15,
        credentials=[], people=[kim.pk],
    )  # fmt: skip


@pytest.fixture
def desk(sam, sign_in):
    return sign_in(sam)


@pytest.fixture
def at(northside, hours, kim, now):
    def at(hour, minute=0, kind=None):
        key = f"{kim.pk}-{new_york(hour, minute):%Y%m%d%H%M}"
        slot = slots.find(northside, key, kind=kind, now=now)
        assert slot
        return slot

    return at


def step_up(episode, by, now, level):
    flag = request_review(episode=episode, reason="", protocol=episode.condition.protocol, now=now)
    choice = Choice(kind=Decision.Kind.STEP_UP, reason="not_improving", to_level=level)
    decision = decide(flag=flag, choice=choice, by=by, now=now)
    return VisitRequest.objects.get(decision=decision)


class TestWhoHoldsIt:
    def test_a_step_up_to_tier_2_asks_for_the_therapist_not_for_the_doctor(
        self,
        desk,
        therapy,
        therapist,
        kim,
        hours,
        episode,
        dr_kim,
        now,
    ):
        half_hours(now, therapist, room="Room 2")
        wanted = VisitRequest.objects.create(
            episode=episode, purpose="next_step", due_on=now.date(), requested_at=now,
            requested_by=dr_kim, decision=None,
        )  # fmt: skip
        html = drawn(desk.get(reverse("find_time", args=[wanted.pk])))
        assert "Dr. Kim" in html.split("Best fits")[1]
        html = drawn(desk.get(reverse("find_time", args=[wanted.pk]), {"type": therapy.pk}))
        times = html.split("Best fits")[1]
        assert "Sara Lee" in times
        assert "Dr. Kim" not in times

    def test_it_is_as_long_as_it_takes_and_blocks_more(self, wanted, follow_up, at, sam, now):
        visit = book(request=wanted, slot=at(9, 30, follow_up), by=sam, now=now, kind=follow_up)
        visit.refresh_from_db()
        assert (visit.starts, visit.ends) == (new_york(9, 30), new_york(10))
        assert visit.blocked == DateTimeTZRange(new_york(9, 20), new_york(10, 5))
        assert visit.slot == at(9, 30, follow_up)

    def test_what_it_blocks_is_refused_by_the_database(self, wanted, follow_up, at, ben, sam, now):
        """Ben would come when Dr. Kim still finishes Maria's visit."""
        book(request=wanted, slot=at(9, 30, follow_up), by=sam, now=now, kind=follow_up)
        with pytest.raises(SlotTaken) as refused:
            hold_for_call(patient=ben, kind=follow_up, slot=at(10, 0, follow_up), by=sam, now=now)
        assert [slot.starts for slot in refused.value.next_free] == [new_york(10, 30)] + [
            new_york(9, minute, day=at(9).starts.date() + timedelta(days=1)) for minute in (0, 30)
        ]

    def test_the_patients_time_lies_in_what_is_blocked(self, visit):
        outside = DateTimeTZRange(visit.starts + MINUTE, visit.ends)
        with pytest.raises(IntegrityError, match="visit_takes_its_time"):
            Consultation.objects.filter(pk=visit.pk).update(blocked=outside)

    def test_by_phone_it_takes_no_room(self, wanted, by_phone, at, sam, now):
        visit = book(request=wanted, slot=at(9, 0, by_phone), by=sam, now=now, kind=by_phone)
        assert (visit.room, visit.place) == (None, "By phone")

    def test_in_the_first_of_its_rooms_that_is_free(
        self, northside, ben, wanted, lee, at, sam, now
    ):
        """Dr. Lee is in Room 5, one of the two where procedures are done."""
        rooms = [
            Room.objects.create(clinic=northside, name="Theatre"),
            Room.objects.get(name="Room 5"),
        ]
        kind = a_visit_type(
            northside, name="Injection", purpose="procedure", anyone=True, credentials=[],
            minutes=30, rooms=[room.pk for room in rooms],
        )  # fmt: skip
        first = book(request=wanted, slot=at(9, 0, kind), by=sam, now=now, kind=kind)
        assert str(first.room) == "Theatre"
        key = f"{lee.pk}-{new_york(9):%Y%m%d%H%M}"
        second = slots.find(northside, key, kind=kind, now=now)
        held = hold_for_call(patient=ben, kind=kind, slot=second, by=sam, now=now)
        assert str(held.room) == "Room 5"

    def test_moved_it_stays_what_it_was(self, wanted, follow_up, at, sam, now):
        visit = book(request=wanted, slot=at(9, 30, follow_up), by=sam, now=now, kind=follow_up)
        moved = reschedule(visit=visit, slot=at(10, 30, follow_up), by=sam, now=now)
        assert moved.blocked == DateTimeTZRange(new_york(10, 20), new_york(11, 5))
        assert moved.visit_type == follow_up

    def test_a_decision_names_the_type(self, therapy, episode, dr_kim, protocol, now):
        from scheduling.visit_types.selectors import kind_for

        wanted = step_up(episode, dr_kim, now, level=2)
        assert kind_for(wanted, [therapy]) == therapy


class TestByPhone:
    def test_in_three_presses(self, desk, maria, hours, follow_up, sam):
        """Found, what for, when: Maria has her visit, and is told."""
        found = desk.post(reverse("book_by_phone"), {"q": "ortiz"}, follow=True)
        assert "ortiz" not in found.redirect_chain[0][0].lower()
        assert reverse("find_time_for", args=[maria.pk]) in drawn(found)
        place = reverse("find_time_for", args=[maria.pk])
        assert "Follow-up, 30 minutes" in " ".join(drawn(desk.get(place)).split())
        times = drawn(desk.get(place, {"type": follow_up.pk}))
        key = times.split('name="slot" value="')[1].split('"')[0]
        held = desk.post(f"{place}?type={follow_up.pk}", {"slot": key})
        booked = desk.post(held.url, follow=True)
        assert "Booked. An e-mail asks Maria Ortiz" in drawn(booked)
        visit = Consultation.objects.get()
        assert (visit.state, visit.visit_request, visit.visit_type) == ("booked", None, follow_up)
        assert Notice.objects.filter(kind=Notice.Kind.VISIT_BOOKED).count() == 1

    def test_without_types_it_is_as_long_as_the_hours_say(self, desk, maria, nine):
        place = reverse("find_time_for", args=[maria.pk])
        held = desk.post(place, {"slot": nine.key})
        assert "Book this time" in drawn(desk.get(held.url))

    def test_what_the_desk_should_know_comes_first(
        self, desk, maria, wanted, visit, bens_request, ben
    ):
        assert "Booked already:" in drawn(desk.get(reverse("find_time_for", args=[maria.pk])))
        html = drawn(desk.get(reverse("find_time_for", args=[ben.pk])))
        assert "A clinician has asked for a visit" in html
        assert reverse("find_time", args=[bens_request.pk]) in html

    def test_nobody_found_says_what_to_try(self, desk, maria):
        response = desk.post(reverse("book_by_phone"), {"q": "zz"}, follow=True)
        assert "Nobody found." in drawn(response)

    def test_a_taken_time_is_said_and_what_is_free_instead(self, desk, maria, visit, ben, nine):
        response = desk.post(reverse("find_time_for", args=[ben.pk]), {"slot": nine.key})
        assert response.status_code == 409
        assert "That time has just been taken." in drawn(response)
        assert "Next free:" in drawn(response)

    def test_another_time_moves_the_hold_and_not_an_offer(
        self, maria, nine, half_past_nine, sam, now
    ):
        first = hold_for_call(patient=maria, kind=None, slot=nine, by=sam, now=now)
        again = hold_for_call(patient=maria, kind=None, slot=half_past_nine, by=sam, now=now)
        assert again.pk == first.pk
        offer_held(held=again, by=sam, now=now)
        third = hold_for_call(patient=maria, kind=None, slot=nine, by=sam, now=now)
        assert third.pk != again.pk

    def test_pressed_twice_it_is_booked_once(self, maria, nine, sam, now):
        held = hold_for_call(patient=maria, kind=None, slot=nine, by=sam, now=now)
        assert book_held(held=held, by=sam, now=now) == book_held(held=held, by=sam, now=now)
        assert Notice.objects.filter(kind=Notice.Kind.VISIT_BOOKED).count() == 1

    def test_a_hold_that_ran_out_is_booked_while_nobody_has_the_time(
        self, maria, nine, sam, later, now
    ):
        held = hold_for_call(patient=maria, kind=None, slot=nine, by=sam, now=now)
        assert book_held(held=held, by=sam, now=later).state == "booked"

    def test_what_was_let_go_is_not_booked(self, desk, maria, nine, sam, now):
        held = hold_for_call(patient=maria, kind=None, slot=nine, by=sam, now=now)
        release(held=held)
        with pytest.raises(NotWaiting):
            book_held(held=held, by=sam, now=now)
        with pytest.raises(NotWaiting):
            offer_held(held=held, by=sam, now=now)

    def test_a_hold_that_another_took_over_is_refused(
        self, desk, maria, ben, nine, sam, later, now
    ):
        held = hold_for_call(patient=maria, kind=None, slot=nine, by=sam, now=now)
        taken = hold_for_call(patient=ben, kind=None, slot=nine, by=sam, now=later)
        with pytest.raises(SlotTaken):
            book_held(held=held, by=sam, now=later)
        assert Consultation.objects.get() == taken

    def test_is_offered_and_accepted(self, maria, nine, sam, now):
        held = hold_for_call(patient=maria, kind=None, slot=nine, by=sam, now=now)
        offered = offer_held(held=held, by=sam, now=now)
        assert accept_offer(visit=offered, by=maria.user, now=now).state == "booked"
        with pytest.raises(OfferEnded):
            accept_offer(visit=offered, by=maria.user, now=now + timedelta(days=2))

    def test_the_offer_button_is_for_those_with_an_account(self, desk, ben, nine, sam, now):
        Patient.objects.filter(pk=ben.pk).update(user=None)
        held = hold_for_call(patient=ben, kind=None, slot=nine, by=sam, now=now)

        answer = desk.post(reverse("offer_held", args=[held.pk]))

        assert answer.url == reverse("held_time", args=[held.pk])
        assert not Consultation.objects.offers().exists()

    def test_a_visit_that_was_cancelled_meanwhile_is_said(self, desk, maria, nine, sam, now):
        held = hold_for_call(patient=maria, kind=None, slot=nine, by=sam, now=now)
        visit = book_held(held=held, by=sam, now=now)
        cancel(visit=visit, reason="mistake", by=sam, now=now)
        for page in ("held_time", "offer_held"):
            response = desk.post(reverse(page, args=[held.pk]), follow=True)
            assert "A colleague changed this" in drawn(response)

    def test_the_board_leads_back_to_a_hold(self, desk, maria, nine, sam, now):
        held = hold_for_call(patient=maria, kind=None, slot=nine, by=sam, now=now)
        assert reverse("held_time", args=[held.pk]) in drawn(desk.get(reverse("board")))


@pytest.mark.parametrize(
    ("bring", "language", "said"),
    [
        ({"en": "Your medicines", "es": "Sus medicinas"}, "en", "Please bring: Your medicines"),
        ({"en": "Your medicines", "es": "Sus medicinas"}, "es", "Sus medicinas"),
        ({"en": "Your medicines"}, "es", ""),
    ],
)
def test_what_to_bring_is_said_in_the_patients_language(
    northside, maria, sign_in, at, sam, now, bring, language, said
):
    kind = a_visit_type(northside, minutes=30, anyone=True, credentials=[], bring=bring)
    slot = at(9, kind=kind)
    held = hold_for_call(patient=maria, kind=kind, slot=slot, by=sam, now=now)
    book_held(held=held, by=sam, now=now)
    choose_language(user=maria.user, language=language)

    page = drawn(sign_in(maria.user).get(reverse("visits")))

    assert said in page
    assert ("medicin" in page) is bool(said)


class TestPatientsChangeIt:
    def test_with_the_notice_of_the_type(self, maria, sign_in, wanted, follow_up, at, sam, now):
        """24 hours: on Monday at nine, Tuesday at nine is too near to move to."""
        visit = book(request=wanted, slot=at(10, 30, follow_up), by=sam, now=now, kind=follow_up)
        phone = sign_in(maria.user)
        place = reverse("change_my_visit", args=[visit.pk])
        assert f'value="{at(9, 0, follow_up).key}"' not in drawn(phone.get(place))
        response = phone.post(place, {"slot": at(9, 0, follow_up).key, "sure": "yes"})
        assert response.status_code == 409


def test_a_hold_keeps_its_type_when_it_is_booked(desk, wanted, follow_up, at, sam, now):
    hold(request=wanted, slot=at(9, 30, follow_up), by=sam, now=now, kind=follow_up)
    desk.post(reverse("book", args=[wanted.pk]), {"slot": at(9, 30, follow_up).key})
    assert Consultation.objects.get().visit_type == follow_up
