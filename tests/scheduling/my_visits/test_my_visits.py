"""Maria changes and cancels her visits herself, and answers an offer."""

import io
import zipfile
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import Notice
from patients.models import VisitRequest
from scheduling.hours.actions import end_hours
from scheduling.models import Consultation
from scheduling.visits.actions.book import book, hold, release
from scheduling.visits.actions.locks import Busy, CannotChange
from scheduling.visits.actions.offer import OFFER_FOR, offer
from tests.factories import EpisodeFactory
from tests.pages import drawn
from tests.scheduling.conftest import ask_for_visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def phone(maria, sign_in):
    return sign_in(maria.user)


@pytest.fixture
def board(sam, sign_in):
    return sign_in(sam)


@pytest.fixture
def offered(wanted, nine, sam, now):
    return offer(request=wanted, slot=nine, by=sam, now=now)


def text(response):
    return drawn(response)


def my_visits(phone):
    return text(phone.get(reverse("visits")))


class TestCancelling:
    def test_what_happens_then_is_said_first(self, phone, visit):
        page = text(phone.get(reverse("cancel_my_visit", args=[visit.pk])))
        assert "The time becomes free for somebody else." in page
        assert "we will call you to find another time" in page
        assert Consultation.objects.get().state == "booked"

    def test_it_frees_the_time_and_the_request_needs_a_visit_again(
        self, phone, visit, wanted, bens_request, nine, sam, now
    ):
        phone.post(reverse("cancel_my_visit", args=[visit.pk]))
        visit.refresh_from_db()
        assert (visit.state, visit.cancel_reason) == ("cancelled", "patient_asked")
        assert VisitRequest.objects.waiting().filter(pk=wanted.pk).exists()
        assert "We need to find a time for your visit." in my_visits(phone)
        assert book(request=bens_request, slot=nine, by=sam, now=now).pk

    def test_twice_or_too_late_changes_nothing(self, phone, visit, nine):
        place = reverse("cancel_my_visit", args=[visit.pk])
        with time_machine.travel(nine.starts, tick=False):
            page = text(phone.post(place, follow=True))
            assert "This visit has changed or begun." in page
        assert Consultation.objects.get().state == "booked"
        phone.post(place)
        assert "This visit has changed or begun." in text(phone.post(place, follow=True))

    def test_overtaken_at_the_same_moment(self, phone, visit, monkeypatch):
        def busy(**_anything):
            raise Busy

        monkeypatch.setattr("scheduling.my_visits.views.change_mine.cancel", busy)
        page = text(phone.post(reverse("cancel_my_visit", args=[visit.pk]), follow=True))
        assert "This is your visit now." in page


class TestChanging:
    def place(self, visit):
        return reverse("change_my_visit", args=[visit.pk])

    def test_free_times_that_fit_by_day(self, phone, visit, bens_request, half_past_nine, sam, now):
        book(request=bens_request, slot=half_past_nine, by=sam, now=now)
        page = text(phone.get(self.place(visit)))
        assert "Tuesday, March 3" in page
        assert half_past_nine.key not in page
        assert visit.slot.key not in page
        assert "10:00 a.m." in page
        assert "Saturday" not in page

    def test_one_press_moves_it_and_frees_the_old_time(
        self, phone, visit, half_past_nine, bens_request, nine, sam, now
    ):
        sent = {"slot": half_past_nine.key, "sure": "yes"}
        assert phone.post(self.place(visit), sent).url == reverse("visits")
        visit.refresh_from_db()
        assert visit.slot == half_past_nine
        assert "Tue, Mar 3, 9:30 a.m." in my_visits(phone)
        assert book(request=bens_request, slot=nine, by=sam, now=now).pk

    def test_a_time_just_taken_is_said_and_the_visit_stays(
        self, phone, visit, bens_request, half_past_nine, nine, sam, now
    ):
        book(request=bens_request, slot=half_past_nine, by=sam, now=now)
        response = phone.post(self.place(visit), {"slot": half_past_nine.key, "sure": "yes"})
        assert response.status_code == 409
        assert "Your visit is as it was." in text(response)
        visit.refresh_from_db()
        assert visit.slot == nine

    def test_a_time_that_is_none(self, phone, visit):
        assert phone.post(self.place(visit), {"slot": "horoscope"}).status_code == 422

    def test_a_time_that_has_passed_while_the_page_stood_open(
        self, phone, visit, slot_at, hours, sam, now
    ):
        from tests.scheduling.conftest import TUESDAY

        today = slot_at(9, 30, TUESDAY - timedelta(days=1))
        with time_machine.travel(today.starts, tick=False):
            assert (
                phone.post(self.place(visit), {"slot": today.key, "sure": "yes"}).status_code == 409
            )

    def test_further_days(self, phone, visit):
        page = text(phone.get(self.place(visit) + "?from=2026-03-20"))
        assert "Friday, March 20" in page
        assert "Earlier days" in page
        assert "?from=2026-04-03" in page
        assert "Monday, March 2" in text(phone.get(self.place(visit) + "?from=soon"))

    def test_no_free_time(self, phone, visit, hours):
        for one in hours:
            end_hours(hours=one, last_day=one.from_on)
        assert "No free time in these two weeks." in text(
            phone.get(self.place(visit) + "?from=2026-03-10")
        )

    def test_others_where_the_same_clinician_has_none(self, phone, visit, hours, lee):
        for one in hours:
            end_hours(hours=one, last_day=one.from_on)
        page = text(phone.get(self.place(visit) + "?from=2026-03-10"))
        assert "These times are with others." in page
        assert "Dr. Lee" in page

    def test_too_late(self, phone, visit, nine, half_past_nine, monkeypatch):
        def changed(**_anything):
            raise CannotChange

        monkeypatch.setattr("scheduling.my_visits.views.change_mine.reschedule", changed)
        sent = {"slot": half_past_nine.key, "sure": "yes"}
        assert "changed or begun" in text(phone.post(self.place(visit), sent, follow=True))
        with time_machine.travel(nine.starts, tick=False):
            assert phone.get(self.place(visit)).url == reverse("visits")


class TestOffers:
    def test_staff_offer_the_time_that_is_held(self, board, held, maria, now):
        request = held.visit_request
        assert "Offer it (hold 24 h)" in text(board.get(reverse("book", args=[request.pk])))
        answer = board.post(reverse("offer", args=[request.pk]), {"slot": held.slot.key})
        assert answer.url == reverse("board")
        held.refresh_from_db()
        assert (held.offered_at, held.held_until) == (now, held.starts)
        assert "Offered to the patient" in text(board.get(reverse("board")))
        notice = Notice.objects.get(kind="visit_offered")
        assert notice.email == maria.user.email

    def test_a_time_further_off_is_kept_for_a_day(self, wanted, slot_at, sam, now):
        from datetime import date

        visit = offer(request=wanted, slot=slot_at(9, 0, date(2026, 3, 6)), by=sam, now=now)
        assert visit.held_until == now + OFFER_FOR

    def test_who_has_no_account_is_called_instead(self, board, held, maria):
        maria.user = None
        maria.save()
        place = reverse("offer", args=[held.visit_request_id])
        assert "Offer it" not in text(board.get(reverse("book", args=[held.visit_request_id])))
        assert board.post(place, {"slot": held.slot.key}).url.endswith("/times/")
        offer(
            request=held.visit_request,
            slot=held.slot,
            by=maria.registered_by,
            now=maria.registered_at,
        )
        assert not Notice.objects.filter(kind="visit_offered").exists()

    def test_a_request_that_has_its_visit_gets_no_offer(self, board, visit, half_past_nine):
        place = reverse("offer", args=[visit.visit_request_id])
        page = text(board.post(place, {"slot": half_past_nine.key}, follow=True))
        assert "A colleague changed this in the meantime." in page

    def test_the_patient_sees_it_and_until_when(self, phone, offered):
        page = my_visits(phone)
        assert "A time for your visit" in page
        assert "We keep it for you until Tuesday, March 3, 9:00 a.m." in page
        assert "Earlier" not in page
        assert "We need to find a time" not in page
        home = text(phone.get("/home/"))
        assert "We keep this time for you." in home
        assert "We need to find a time" not in home

    def test_accepted_it_is_booked(self, phone, offered):
        phone.post(reverse("accept_offer", args=[offered.pk]))
        offered.refresh_from_db()
        assert (offered.state, offered.offered_at) == ("booked", None)
        assert "Your next visit" in my_visits(phone)

    def test_accepted_twice_it_is_booked_once(self, phone, offered):
        """A second tap, or another tab in which the offer stood open."""
        accept = reverse("accept_offer", args=[offered.pk])
        first, second = (text(phone.post(accept, follow=True)) for _tap in range(2))
        assert "Booked. You can see it below." in first
        assert "Booked. You can see it below." in second
        assert "no longer kept" not in second
        assert Consultation.objects.get().state == "booked"

    def test_accepted_in_one_tab_and_let_go_in_another_it_stays(self, phone, offered):
        phone.post(reverse("accept_offer", args=[offered.pk]))
        page = text(phone.post(reverse("decline_offer", args=[offered.pk]), follow=True))
        assert "This visit has changed or begun. This is your visit now." in page
        assert Consultation.objects.get().state == "booked"

    def test_when_none_fits_the_time_is_free_again(self, phone, offered, wanted):
        page = text(phone.post(reverse("decline_offer", args=[offered.pk]), follow=True))
        assert "We will look for another time and call you." in page
        assert not Consultation.objects.exists()
        assert VisitRequest.objects.waiting().filter(pk=wanted.pk).exists()

    @pytest.mark.parametrize("answer", ["accept_offer", "decline_offer"])
    def test_one_that_is_gone_says_so_calmly_and_leads_on(self, phone, offered, answer):
        """She answers from a page that stood open while staff let the time go."""
        release(held=offered)
        page = phone.post(reverse(answer, args=[offered.pk]))
        assert page.status_code == 410
        assert "This time is no longer held for you" in text(page)
        assert f'href="{reverse("visits")}">See my visits' in text(page)

    @pytest.mark.parametrize("answer", ["accept_offer", "decline_offer"])
    def test_a_stranger_learns_nothing_of_one_that_is_gone(self, offered, ben, sign_in, answer):
        place = reverse(answer, args=[offered.pk])
        release(held=offered)
        assert sign_in(ben.user).post(place).status_code == 404

    def test_a_time_that_was_held_and_never_offered_does_not_exist(self, phone, held):
        place = reverse("accept_offer", args=[held.pk])
        release(held=held)
        assert phone.post(place).status_code == 404

    def test_one_that_ran_out_says_so_kindly(self, phone, offered):
        Consultation.objects.update(held_until=offered.offered_at)
        assert "That is fine: we will offer you another one." in my_visits(phone)
        page = text(phone.post(reverse("accept_offer", args=[offered.pk]), follow=True))
        assert "no longer kept for you" in page
        assert Consultation.objects.get().state == "held"

    def test_held_again_by_staff_it_is_no_offer_any_more(self, offered, half_past_nine, sam, now):
        held = hold(request=offered.visit_request, slot=half_past_nine, by=sam, now=now)
        assert held.offered_at is None

    def test_the_database_refuses_an_offered_visit(self, visit, now):
        with pytest.raises(IntegrityError, match="offered_while_held"), transaction.atomic():
            Consultation.objects.update(offered_at=now)

    def test_others_do_not_see_it(self, offered, ben, sign_in):
        assert "A time for your visit" not in my_visits(sign_in(ben.user))
        answer = sign_in(ben.user).post(reverse("accept_offer", args=[offered.pk]))
        assert answer.status_code == 404


class TestPreparing:
    def test_the_next_visit_leads_to_its_page(self, phone, visit):
        page = my_visits(phone)
        assert page.count("Prepare for the visit") == 1
        assert f'href="{reverse("visit_brief")}">Prepare' in page

    def test_of_two_complaints_to_the_one_of_the_visit(self, phone, visit, wanted, maria, dr_kim):
        EpisodeFactory(patient=maria, by=dr_kim, region="neck")
        place = f"{reverse('visit_brief')}?complaint={wanted.episode_id}"
        assert f'href="{place}">Prepare' in my_visits(phone)

    def test_after_care_there_is_nothing_to_prepare(self, phone, visit, wanted, dr_kim, now):
        type(wanted.episode).objects.update(closed_on=now.date(), closed_by=dr_kim)
        assert "Your next visit" in my_visits(phone)
        assert "Prepare for the visit" not in my_visits(phone)

    def test_without_a_visit_neither(self, phone, wanted):
        assert "Prepare for the visit" not in my_visits(phone)


def test_visits_are_in_the_copy_of_the_record_with_their_times(phone, visit):
    response = phone.get(reverse("my_data_file"))
    archive = zipfile.ZipFile(io.BytesIO(response.getvalue()))
    assert (
        "2026-03-03T09:00-05:00 to 2026-03-03T09:30-05:00"
        in archive.read("consultation.csv").decode()
    )


def test_two_requests_two_offers(phone, episode, dr_kim, offered, half_past_nine, sam, now):
    second = ask_for_visit(episode, by=dr_kim, now=now + timedelta(days=1))
    offer(request=second, slot=half_past_nine, by=sam, now=now)
    assert my_visits(phone).count("Accept this time") == 2
