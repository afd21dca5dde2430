"""A time that becomes free is offered to the first in line, kept for two hours, then to the next."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.actions import send_due_notices
from accounts.models import Notice
from scheduling.hours.actions import add_exception, add_hours, withdraw_exception
from scheduling.models import Consultation, WaitlistEntry, WaitlistOffer
from scheduling.visits.actions.attendance import mark_arrived
from scheduling.visits.actions.book import release
from scheduling.visits.actions.change import cancel, reschedule
from scheduling.visits.actions.locks import SlotTaken
from scheduling.waitlist.actions.answering import (
    InLineAlready,
    OfferOver,
    accept_offered,
    leave_waitlist,
    let_go,
)
from scheduling.waitlist.actions.offering import ANSWER_WITHIN, offer_free_times
from tests import factories
from tests.pages import drawn
from tests.scheduling.conftest import TUESDAY, found_slot, new_york
from tests.scheduling.waitlist.conftest import booked, waits

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def freed(visit, sam, now):
    cancel(visit=visit, reason="patient_asked", by=sam, now=now, wanted_again=False)


def kept():
    rows = WaitlistOffer.objects.filter(answered_at=None).order_by("pk")
    return [(row.entry.patient.name, row.starts_at) for row in rows]


@pytest.fixture
def cora(northside, dr_kim):
    return factories.PatientFactory(clinic=northside, by=dr_kim, name="Cora Lund")


@pytest.fixture
def offered(full, in_line, sam, now):
    """Nine o'clock has become free and is kept for Ben."""
    freed(full[0], sam, now)
    offer_free_times(now=now)
    return WaitlistOffer.objects.get()


class TestWhatIsFreed:
    def test_nothing_is_free_and_nothing_is_offered(self, full, in_line, now):
        assert offer_free_times(now=now) == 0

    def test_a_cancelled_visit(self, full, in_line, sam, now):
        freed(full[0], sam, now)
        assert offer_free_times(now=now) == 1
        assert kept() == [("Ben Shaw", full[0].starts)]

    def test_a_visit_that_moved(self, full, in_line, sam, now, northside, kim, review):
        add_hours(
            membership=kim, room="Room 4", weekdays=[5], starts=new_york(9).time().replace(hour=9),
            ends=new_york(9).time().replace(hour=9, minute=30), slot_minutes=30, from_on=now.date(),
        )  # fmt: skip
        saturday = found_slot(northside, kim, new_york(9, 0, date(2026, 3, 7)))
        reschedule(visit=full[1], slot=saturday, by=sam, now=now)
        offer_free_times(now=now)
        assert kept() == [("Ben Shaw", full[1].starts)]

    def test_leave_that_is_taken_back(self, hours, kim, in_line, now):
        day = {"membership": kim, "kind": "off", "last_on": TUESDAY, "reason": ""}
        off = add_exception(date=now.date(), starts=None, ends=None, **day)
        assert offer_free_times(now=now) == 0
        withdraw_exception(exception=off)
        assert offer_free_times(now=now) == 1

    def test_new_hours(self, full, in_line, kim, now):
        add_hours(
            membership=kim, room="Room 9", weekdays=[1], slot_minutes=30, from_on=now.date(),
            starts=full[0].starts.time().replace(hour=15), ends=full[0].starts.time().replace(hour=16),
        )  # fmt: skip
        assert offer_free_times(now=now) == 1

    def test_a_held_time_is_not_free(self, full, in_line, sam, now, ben, review):
        slot = full[0].slot
        freed(full[0], sam, now)
        booked(factories.PatientFactory(clinic=ben.clinic, by=sam), review, slot, sam, now)
        assert offer_free_times(now=now) == 0


class TestTheLine:
    def test_the_first_who_fits_then_the_next(self, full, in_line, cora, review, sam, now):
        waits(cora, review, sam, now + HOUR / 60)
        freed(full[0], sam, now)
        offer_free_times(now=now)
        assert kept() == [("Ben Shaw", full[0].starts)]
        later = now + ANSWER_WITHIN
        offer_free_times(now=later)
        assert kept() == [("Cora Lund", full[0].starts)]
        assert WaitlistOffer.objects.filter(answer="lapsed").count() == 1

    def test_whoever_wants_another_day_is_passed_over(self, full, ben, cora, review, sam, now):
        waits(ben, review, sam, now, weekdays=[3, 4])
        waits(cora, review, sam, now + HOUR / 60)
        freed(full[0], sam, now)
        offer_free_times(now=now)
        assert kept() == [("Cora Lund", full[0].starts)]

    def test_one_time_for_each(self, full, in_line, sam, now):
        for visit in full[:2]:
            freed(visit, sam, now)
        assert [offer_free_times(now=now) for _ in range(2)] == [1, 0]

    def test_who_did_not_answer_is_not_asked_again_the_same_day(self, offered, full, sam, now):
        freed(full[1], sam, now)
        later = now + ANSWER_WITHIN
        assert offer_free_times(now=later) == 0
        assert Consultation.objects.filter(state="held").count() == 1  # lapsed: others may take it

    def test_nobody_has_two_hours_to_answer_while_asleep(self, full, in_line, ben, sam, now):
        ben.time_zone = "Asia/Kolkata"
        ben.save(update_fields=["time_zone"])
        freed(full[0], sam, now)
        night_there = now + 3 * HOUR  # half past ten
        assert offer_free_times(now=night_there) == 0

    def test_by_phone_it_is_kept_until_staff_let_it_go(self, full, ben, review, sam, now, sign_in):
        waits(ben, review, sam, now, reach="phone")
        freed(full[0], sam, now)
        offer_free_times(now=now)
        offer = WaitlistOffer.objects.get()
        assert offer.until == full[0].starts
        assert not Notice.objects.filter(kind="waitlist_offer").exists()
        page = drawn(sign_in(sam).get(reverse("waitlist")))
        assert "Please call: kept until you let it go" in page

    def test_a_visit_of_the_patient_at_that_time_is_in_the_way(
        self, full, in_line, ben, lee, sam, now
    ):
        booked(ben, None, found_slot(ben.clinic, lee, full[0].starts), sam, now)
        freed(full[0], sam, now)
        assert offer_free_times(now=now) == 0

    def test_one_place_in_line_and_said_twice_it_is_one(self, in_line, ben, review, sam, now):
        assert waits(ben, review, sam, now) == in_line
        with pytest.raises(InLineAlready):
            waits(ben, review, sam, now, notice_hours=48)

    def test_a_visit_that_took_place_ends_the_wait(self, full, ben, review, sam, now):
        has = full[3]
        waits(has.patient, review, sam, now, visit=has)
        mark_arrived(visit=has, by=sam, now=has.starts)
        offer_free_times(now=has.starts)
        assert WaitlistEntry.objects.get().closing == "over"


class TestAnswering:
    def test_accepted_it_is_booked_and_the_wait_is_over(self, offered, in_line, ben, now):
        visit = accept_offered(offer=offered, by=ben.user, now=now)
        assert (visit.state, visit.patient, visit.visit_type) == ("booked", ben, in_line.visit_type)
        in_line.refresh_from_db()
        assert (in_line.closing, in_line.visit) == ("booked", visit)
        assert accept_offered(offer=offered, by=ben.user, now=now) == visit

    def test_a_visit_that_they_have_moves_in_the_same_step(self, full, review, sam, now):
        has = full[3]
        waits(has.patient, review, sam, now, visit=has)
        freed(full[0], sam, now)
        offer_free_times(now=now)
        moved = accept_offered(offer=WaitlistOffer.objects.get(), by=has.patient.user, now=now)
        assert moved == has
        assert moved.starts == full[0].starts
        mine = Consultation.objects.filter(patient=has.patient)
        assert [visit.state for visit in mine] == ["booked"]

    def test_the_time_that_it_leaves_goes_to_the_next(self, full, review, ben, sam, now):
        has = full[3]
        waits(has.patient, review, sam, now, visit=has)
        waits(ben, review, sam, now + HOUR / 60)
        freed(full[0], sam, now)
        offer_free_times(now=now)
        accept_offered(offer=WaitlistOffer.objects.get(), by=has.patient.user, now=now)
        offer_free_times(now=now)
        assert kept() == [("Ben Shaw", has.starts)]

    def test_only_what_is_earlier_is_offered_to_who_has_a_visit(self, full, review, sam, now):
        has = full[0]
        waits(has.patient, review, sam, now, visit=has)
        freed(full[2], sam, now)
        assert offer_free_times(now=now) == 0

    def test_let_go_they_stay_in_line_for_other_times(self, offered, full, cora, review, sam, now):
        waits(cora, review, sam, now + HOUR / 60)
        let_go(offer=offered, answer="let_go", now=now)
        offer_free_times(now=now)
        assert kept() == [("Cora Lund", full[0].starts)]
        freed(full[1], sam, now)
        offer_free_times(now=now)
        assert ("Ben Shaw", full[1].starts) in kept()

    def test_too_late_the_other_has_it_and_they_stay_in_line(
        self, offered, in_line, cora, review, ben, sam, now
    ):
        waits(cora, review, sam, now + HOUR / 60)
        later = now + ANSWER_WITHIN
        offer_free_times(now=later)
        with pytest.raises(OfferOver):
            accept_offered(offer=offered, by=ben.user, now=later)
        in_line.refresh_from_db()
        assert in_line.closed_at is None
        (theirs,) = WaitlistOffer.objects.filter(answered_at=None)
        assert accept_offered(offer=theirs, by=cora.user, now=later).patient == cora

    def test_let_go_on_the_board_it_is_over(self, offered, in_line, ben, now):
        release(held=offered.hold)
        with pytest.raises(OfferOver):
            accept_offered(offer=offered, by=ben.user, now=now)
        offer_free_times(now=now)
        offered.refresh_from_db()
        assert offered.answer == "released"

    def test_taken_off_the_list_what_was_kept_is_free(self, offered, in_line, sam, now):
        leave_waitlist(entry=in_line, by=sam, now=now)
        assert not Consultation.objects.filter(state="held").exists()
        in_line.refresh_from_db()
        assert in_line.closing == "withdrawn"
        leave_waitlist(entry=in_line, by=sam, now=now)

    def test_a_fault_in_the_middle_leaves_all_as_it_was(self, full, review, sam, now, monkeypatch):
        has = full[3]
        waits(has.patient, review, sam, now, visit=has)
        freed(full[0], sam, now)
        offer_free_times(now=now)
        offer = WaitlistOffer.objects.get()

        def taken(*_anything):
            raise SlotTaken

        monkeypatch.setattr("scheduling.waitlist.actions.answering.place", taken)
        with pytest.raises(SlotTaken), transaction.atomic():
            accept_offered(offer=offer, by=has.patient.user, now=now)
        assert WaitlistOffer.objects.get().hold is not None
        assert Consultation.objects.get(pk=has.pk).starts == has.starts


class TestTheLink:
    @pytest.fixture
    def link(self, offered, now):
        Notice.objects.exclude(kind="waitlist_offer").update(sent_at=now)
        send_due_notices(now=now)
        return re.search(r"/offered/\S+", mail.outbox[-1].body).group()

    @pytest.fixture
    def client(self, ben, sign_in):
        """Ben's phone, signed in."""
        return sign_in(ben.user)

    def test_no_device_answers_that_is_not_signed_in_as_ben(self, link, sign_in, maria):
        assert Client().post(link, {"answer": "accept"}).url.startswith("/account/login/")
        assert sign_in(maria.user).post(link, {"answer": "accept"}).status_code == 410
        assert WaitlistOffer.objects.get().answer == ""

    def test_the_mail_says_nothing_of_health(self, link):
        text = mail.outbox[-1].subject + mail.outbox[-1].body
        for word in ("Ben", "Kim", "Review", "9:00"):
            assert word not in text

    def test_looking_changes_nothing(self, client, link):
        page = drawn(client.get(link))
        assert "9:00 a.m." in page
        for word in ("Ben", "Kim", "Review", "Room"):
            assert word not in page
        assert WaitlistOffer.objects.get().answer == ""

    def test_taken_and_dead(self, client, link):
        assert "cita" in drawn(client.post(link, {"answer": "accept"}))
        assert Consultation.objects.filter(state="booked", patient__name="Ben Shaw").exists()
        assert client.get(link).status_code == 410
        assert client.post(link, {"answer": "let_go"}).status_code == 410
        assert client.post(link, {"answer": "accept"}).status_code == 200  # the same tap, twice

    def test_let_go_and_dead(self, client, link):
        assert client.post(link, {"answer": "let_go"}).status_code == 200
        assert client.post(link, {"answer": "accept"}).status_code == 410
        assert not Consultation.objects.filter(state="held").exists()

    def test_too_late_it_says_that_they_stay_in_line(self, client, link, ben, now):
        ben.language = "en"
        ben.save(update_fields=["language"])
        with time_machine.travel(now + ANSWER_WITHIN, tick=False):
            response = client.post(link, {"answer": "accept"})
        assert response.status_code == 410
        assert "you stay in line" in drawn(response)

    def test_a_link_that_we_did_not_make(self, client, link):
        assert client.get(link[:-4] + "xxx/").status_code == 410

    def test_a_mail_that_comes_after_the_time_has_ended_is_not_sent(self, offered, now):
        Notice.objects.exclude(kind="waitlist_offer").update(sent_at=now)
        send_due_notices(now=now + ANSWER_WITHIN)
        assert mail.outbox == [] or "/offered/" not in mail.outbox[-1].body

    def test_signed_in_ben_answers_it_among_his_visits(self, offered, ben, sign_in):
        phone = sign_in(ben.user)
        phone.post(reverse("accept_offer", args=[offered.hold_id]))
        assert WaitlistEntry.objects.get().closing == "booked"

    def test_signed_in_ben_lets_it_go(self, offered, ben, sign_in):
        sign_in(ben.user).post(reverse("decline_offer", args=[offered.hold_id]))
        assert WaitlistOffer.objects.get().answer == "let_go"


class TestTheDesk:
    @pytest.fixture
    def desk(self, sam, sign_in):
        return sign_in(sam)

    def test_staff_see_who_was_offered_what(self, desk, offered, now):
        page = drawn(desk.get(reverse("waitlist")))
        assert "Kept for an answer (1)" in page
        assert "Tue, Mar 3, 9:00 a.m." in page
        let_go(offer=offered, answer="let_go", now=now)
        assert "let go by the patient" in drawn(desk.get(reverse("waitlist")))

    def test_put_on_the_list(self, desk, ben, review):
        form = {
            "visit_type": review.pk, "weekdays": [1, 3], "from_time": "09:00", "until_time": "12:00",
            "notice_hours": 24, "reach": "phone",
        }  # fmt: skip
        place = reverse("join_waitlist", args=[ben.pk])
        assert desk.get(place).status_code == 200
        assert desk.post(place, form).url == reverse("waitlist")
        page = drawn(desk.get(reverse("waitlist")))
        assert "Tue, Thu" in page
        assert desk.post(place, form | {"notice_hours": 3}).status_code == 422

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"weekdays": []}, "Choose at least one day."),
            ({"from_time": "12:00", "until_time": "12:00"}, "The end must come after the start."),
            ({"first_on": "2026-03-05", "last_on": "2026-03-04"}, "must not come before the first"),
            ({"notice_hours": 0}, "greater than or equal to 2"),
            ({"first_on": "0026-03-05"}, "2000"),
        ],
    )
    def test_what_cannot_be_is_said(self, desk, ben, review, wrong, said):
        form = {"visit_type": review.pk, "weekdays": [1], "notice_hours": 24, "reach": "phone"}
        response = desk.post(reverse("join_waitlist", args=[ben.pk]), form | wrong)
        assert response.status_code == 422
        assert said in drawn(response)

    def test_without_an_account_by_phone_only(self, desk, northside, dr_kim, review):
        dan = factories.PatientFactory(clinic=northside, by=dr_kim, name="Dan", joined=False)
        form = {"visit_type": review.pk, "weekdays": [1], "notice_hours": 24, "reach": "email"}
        page = drawn(desk.post(reverse("join_waitlist", args=[dan.pk]), form))
        assert "They have no account: choose the phone." in page

    def test_they_take_it_on_the_phone(self, desk, offered):
        desk.post(reverse("accept_kept", args=[offered.pk]))
        assert WaitlistEntry.objects.get().closing == "booked"
        page = drawn(desk.post(reverse("let_kept_go", args=[offered.pk]), follow=True))
        assert "A colleague changed this in the meantime." in page

    def test_nobody_answers_and_the_next_gets_it(self, desk, offered):
        desk.post(reverse("let_kept_go", args=[offered.pk]))
        assert WaitlistOffer.objects.get().answer == "released"

    def test_taken_off(self, desk, in_line):
        desk.post(reverse("leave_waitlist", args=[in_line.pk]))
        assert WaitlistEntry.objects.get().closing == "withdrawn"

    def test_on_the_board_it_leads_to_the_waitlist(self, desk, offered):
        assert desk.get(reverse("held_time", args=[offered.hold_id])).url == reverse("waitlist")
        assert reverse("waitlist") in drawn(desk.get(reverse("board")))


class TestConstraints:
    def row(self, in_line, now, **changes):
        fields = {
            "entry": in_line, "slot_key": "1-202603031400", "starts_at": now + 24 * HOUR,
            "clinician": in_line.added_by.memberships.get(), "offered_at": now, "until": now + HOUR,
        }  # fmt: skip
        return WaitlistOffer.objects.create(**fields | changes)

    def test_one_open_offer_and_each_time_once(self, in_line, now):
        self.row(in_line, now)
        with pytest.raises(IntegrityError, match="one_open_offer_in_line"), transaction.atomic():
            self.row(in_line, now, slot_key="2")
        with pytest.raises(IntegrityError, match="a_time_is_offered_once"):
            self.row(in_line, now, answer="lapsed", answered_at=now)

    @pytest.mark.parametrize(
        ("wrong", "constraint"),
        [
            ({"answer": "lapsed"}, "waitlist_offer_answered_whole"),
            ({"until": 25 * HOUR}, "waitlist_offer_ends_in_time"),
            ({"until": -HOUR}, "waitlist_offer_ends_in_time"),
        ],
    )
    def test_an_offer_is_whole(self, in_line, now, wrong, constraint):
        changes = {key: now + value if key == "until" else value for key, value in wrong.items()}
        with pytest.raises(IntegrityError, match=constraint):
            self.row(in_line, now, **changes)

    @pytest.mark.parametrize(
        ("wrong", "constraint"),
        [
            ({"weekdays": []}, "waitlist_weekdays_known"),
            ({"weekdays": [7]}, "waitlist_weekdays_known"),
            ({"notice_hours": 1}, "waitlist_notice_possible"),
            ({"reach": "dove"}, "waitlist_reach_known"),
            ({"closing": "booked"}, "waitlist_closed_whole"),
            ({"from_time": "10:00", "until_time": "10:00"}, "waitlist_from_before_until"),
            ({"first_on": "2026-03-05", "last_on": "2026-03-04"}, "waitlist_first_before_last"),
            ({"last_on": "0026-03-05"}, "waitlist_last_on_in_bounds"),
        ],
    )
    def test_a_place_in_line_is_whole(self, in_line, wrong, constraint):
        with pytest.raises(IntegrityError, match=constraint):
            WaitlistEntry.objects.filter(pk=in_line.pk).update(**wrong)


def test_a_long_line_is_told_whole_and_shown_by_pages(
    in_line, cora, review, sam, now, sign_in, monkeypatch
):
    monkeypatch.setattr("scheduling.waitlist.views.staff.PAGE", 1)
    waits(cora, review, sam, now + HOUR / 60)
    first, second = (
        drawn(sign_in(sam).get(reverse("waitlist"), {"page": page})) for page in (1, 2)
    )
    assert "Review (2)" in first
    assert "Review (2)" in second
    assert [("Ben Shaw" in page, "Cora" in page) for page in (first, second)] == [
        (True, False), (False, True),
    ]  # fmt: skip
