"""Up to three times are offered together; Maria takes one, and the others are free again."""

import uuid
from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError
from django.urls import reverse

from accounts.models import Notice
from patients.models import VisitRequest
from scheduling import slots
from scheduling.models import Consultation
from scheduling.visits.actions.book import book, hold
from scheduling.visits.actions.choice import offer_times
from scheduling.visits.actions.locks import NotWaiting, SlotTaken
from scheduling.visits.actions.offer import accept_offer, offer
from tests.pages import drawn
from tests.scheduling.race import at_once, deadlocks, doubles

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(slot_at):
    return [slot_at(9), slot_at(9, 30), slot_at(10)]


@pytest.fixture
def offered(wanted, three, sam, now):
    patient = wanted.episode.patient
    return offer_times(patient=patient, slots=three, request=wanted, by=sam, now=now)


@pytest.fixture
def desk(sam, sign_in):
    return sign_in(sam)


@pytest.fixture
def phone(maria, sign_in):
    return sign_in(maria.user)


def free_again(slot, clinic, now):
    return slot in slots.free(clinic, [slot], patient=None, now=now)


class TestOffering:
    def test_three_are_kept_and_one_mail_tells_of_them(self, offered):
        assert [visit.choice for visit in offered] == [1, 2, 3]
        assert len({visit.offer_set for visit in offered}) == 1
        assert Notice.objects.filter(kind="visit_offered").count() == 1

    def test_what_was_held_for_the_request_is_let_go(self, wanted, three, slot_at, sam, now):
        hold(request=wanted, slot=slot_at(10, 30), by=sam, now=now)
        offer_times(patient=wanted.episode.patient, slots=three, request=wanted, by=sam, now=now)
        assert sorted(visit.slot for visit in Consultation.objects.all()) == three

    def test_one_that_was_taken_and_none_is_offered(self, wanted, three, bens_request, sam, now):
        book(request=bens_request, slot=three[1], by=sam, now=now)
        with pytest.raises(SlotTaken):
            offer_times(
                patient=wanted.episode.patient, slots=three, request=wanted, by=sam, now=now
            )
        assert Consultation.objects.filter(state="held").count() == 0

    def test_a_request_that_has_its_visit(self, visit, wanted, three, slot_at, sam, now):
        with pytest.raises(NotWaiting):
            offer_times(patient=visit.patient, slots=three[1:], request=wanted, by=sam, now=now)

    def test_from_the_page_with_one_press(self, desk, wanted, hours):
        page = drawn(desk.get(reverse("find_time", args=[wanted.pk])))
        assert "Offer the 3 best to choose from" in page
        best = [slot.key for slot in slots.best_for(wanted, now=wanted.requested_at)]
        desk.post(reverse("offer_choice", args=[wanted.pk]), {"times": best})
        assert Consultation.objects.filter(state="held", offer_set__isnull=False).count() == 3

    def test_for_a_patient_on_the_phone(self, desk, maria, three):
        place = reverse("offer_choice_to", args=[maria.pk])
        desk.post(place, {"times": [slot.key for slot in three[:2]]})
        assert Consultation.objects.filter(visit_request=None, choice__isnull=False).count() == 2

    @pytest.mark.parametrize("times", [[], ["horoscope"], ["1-1", "2-2", "3-3", "4-4"]])
    def test_what_cannot_be_offered_is_said(self, desk, wanted, hours, times):
        place = reverse("offer_choice", args=[wanted.pk])
        page = drawn(desk.post(place, {"times": times}, follow=True))
        assert "These times cannot be offered." in page


class TestChoosing:
    def test_one_is_taken_and_the_others_are_free(self, offered, maria, wanted, three, now):
        visit = accept_offer(visit=offered[1], by=maria.user, now=now)
        assert (visit.slot, visit.state, visit.choice) == (three[1], "booked", None)
        assert Consultation.objects.count() == 1
        assert not VisitRequest.objects.waiting().filter(pk=wanted.pk).exists()
        for slot in (three[0], three[2]):
            assert free_again(slot, maria.clinic, now)

    def test_one_is_let_go_and_the_others_stay(self, phone, offered):
        page = drawn(phone.get(reverse("visits")))
        assert "Choose one of these times." in page
        phone.post(reverse("decline_offer", args=[offered[0].pk]))
        assert Consultation.objects.filter(state="held").count() == 2
        phone.post(reverse("accept_offer", args=[offered[2].pk]))
        assert [visit.state for visit in Consultation.objects.all()] == ["booked"]

    def test_another_tab_reads_that_the_other_time_is_gone(self, phone, offered):
        phone.post(reverse("accept_offer", args=[offered[0].pk]))
        assert phone.post(reverse("accept_offer", args=[offered[1].pk])).status_code == 410

    @pytest.mark.parametrize("which", [0, 2])
    def test_staff_book_one_of_them_or_another(self, offered, wanted, three, sam, now, which):
        visit = book(request=wanted, slot=three[which], by=sam, now=now)
        assert visit.slot == three[which]
        assert Consultation.objects.count() == 1

    def test_staff_book_another_time(self, offered, wanted, slot_at, sam, now):
        assert book(request=wanted, slot=slot_at(10, 30), by=sam, now=now).state == "booked"
        assert Consultation.objects.count() == 1

    def test_staff_hold_or_offer_another_single_one_instead(
        self, offered, wanted, slot_at, sam, now
    ):
        hold(request=wanted, slot=slot_at(10, 30), by=sam, now=now)
        assert Consultation.objects.get().offer_set is None
        offer(request=wanted, slot=slot_at(10), by=sam, now=now)
        assert Consultation.objects.get().offered_at == now


class TestConstraints:
    @pytest.mark.parametrize(
        ("wrong", "constraint"),
        [
            ({"choice": 4}, "visit_choice_while_offered"),
            ({"choice": None}, "visit_choice_while_offered"),
            ({"offer_set": None}, "visit_choice_while_offered"),
            ({"offered_at": None}, "visit_choice_while_offered"),
            ({"choice": 1}, "one_time_per_choice"),
        ],
    )
    def test_a_choice_is_whole(self, offered, wrong, constraint):
        with pytest.raises(IntegrityError, match=constraint):
            Consultation.objects.filter(pk=offered[1].pk).update(**wrong)

    def test_a_booked_visit_is_no_choice(self, visit):
        with pytest.raises(IntegrityError, match="visit_choice_while_offered"):
            Consultation.objects.filter(pk=visit.pk).update(offer_set=uuid.uuid4(), choice=1)


@pytest.mark.django_db(transaction=True)
def test_two_are_accepted_at_once_while_others_want_the_times(
    offered, maria, wanted, bens_request, three, sam, now, monkeypatch
):
    monkeypatch.setattr("scheduling.visits.actions.locks.PATIENCE", "20s")
    before, late = deadlocks(), now + timedelta(hours=25)
    acts = [partial(accept_offer, visit=visit, by=maria.user, now=now) for visit in offered]
    acts += [partial(accept_offer, visit=visit, by=maria.user, now=now) for visit in offered]
    acts += [partial(hold, request=bens_request, slot=slot, by=sam, now=late) for slot in 2 * three]
    met = at_once(acts)
    assert doubles() == 0
    assert deadlocks() == before
    assert "Busy" not in met
    booked = Consultation.objects.filter(patient=maria, state="booked")
    assert booked.count() <= 1
    assert not Consultation.objects.filter(patient=maria, state="held", offer_set=None).exists()
