"""Maria books a visit herself, where her clinic allows it; and undoes a move."""

from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.urls import reverse

from scheduling.models import Consultation, VisitType
from scheduling.visits.actions.book import book
from scheduling.visits.actions.book_own import HasOne, NotForPatients, book_own
from scheduling.visits.actions.change import MOVE_BACK_WITHIN, reschedule
from scheduling.visits.actions.locks import CannotChange, SlotTaken
from tests import factories
from tests.pages import drawn
from tests.scheduling.conftest import TUESDAY, found_slot, new_york
from tests.scheduling.race import at_once, deadlocks, doubles
from tests.scheduling.visit_types.kinds import a_visit_type

pytestmark = pytest.mark.django_db
WEDNESDAY = TUESDAY + timedelta(days=1)


@pytest.fixture
def talk(northside, hours):
    return a_visit_type(
        northside, name="Talk", purpose="follow_up", level=None, minutes=30, credentials=[],
        anyone=True, bring={"en": "Your diary", "es": "Su diario"}, ahead_days=30,
    )  # fmt: skip


@pytest.fixture
def phone(maria, sign_in):
    return sign_in(maria.user)


def ten_on_wednesday(clinic, kim):
    return found_slot(clinic, kim, new_york(10, 0, WEDNESDAY))


class TestBooking:
    def test_what_for_when_and_sure(self, phone, talk, northside, kim, maria):
        assert "Book a visit yourself" in drawn(phone.get(reverse("visits")))
        assert "Talk" in drawn(phone.get(reverse("book_a_visit")))
        place, slot = reverse("book_my_visit", args=[talk.pk]), ten_on_wednesday(northside, kim)
        assert slot.key in drawn(phone.get(place))
        page = drawn(phone.post(place, {"slot": slot.key}))
        assert "Book this visit?" in page
        assert "Your diary" in page
        assert not Consultation.objects.exists()
        assert phone.post(place, {"slot": slot.key, "sure": "yes"}).url == reverse("visits")
        visit = Consultation.objects.get()
        assert (visit.state, visit.booked_by, visit.visit_type) == ("booked", maria.user, talk)

    def test_not_without_notice_and_not_beyond_what_the_clinic_plans(
        self, phone, talk, northside, kim, maria, now
    ):
        soon = found_slot(northside, kim, new_york(9))  # in exactly 24 hours
        assert soon.key not in drawn(phone.get(reverse("book_my_visit", args=[talk.pk])))
        far = found_slot(northside, kim, new_york(9, 0, TUESDAY + timedelta(days=35)))
        for slot in (soon, far):
            with pytest.raises(SlotTaken):
                book_own(patient=maria, kind=talk, slot=slot, by=maria.user, now=now)

    @pytest.mark.parametrize("change", [{"self_booking": False}, {"retired_at": True}])
    def test_only_types_that_allow_it(self, phone, talk, northside, kim, maria, sam, now, change):
        if "retired_at" in change:
            change = {"retired_at": now, "retired_by": sam}
        VisitType.objects.filter(pk=talk.pk).update(**change)
        assert phone.get(reverse("book_my_visit", args=[talk.pk])).status_code == 404
        talk.refresh_from_db()
        slot = ten_on_wednesday(northside, kim)
        with pytest.raises(NotForPatients):
            book_own(patient=maria, kind=talk, slot=slot, by=maria.user, now=now)
        assert "Your clinic books visits for you." in drawn(phone.get(reverse("book_a_visit")))

    def test_one_of_a_kind_twice_is_once(self, phone, talk, northside, kim, maria, now):
        slot = ten_on_wednesday(northside, kim)
        said = {"patient": maria, "kind": talk, "by": maria.user, "now": now}
        first = book_own(slot=slot, **said)
        assert book_own(slot=slot, **said) == first
        other = found_slot(northside, kim, new_york(9, 0, WEDNESDAY))
        with pytest.raises(HasOne):
            book_own(slot=other, **said)
        assert "You have one already:" in drawn(phone.get(reverse("book_a_visit")))
        place = reverse("book_my_visit", args=[talk.pk])
        page = drawn(phone.post(place, {"slot": other.key, "sure": "yes"}, follow=True))
        assert "You can move it." in page

    def test_a_time_just_taken(self, phone, talk, northside, kim, bens_request, sam, now):
        slot = ten_on_wednesday(northside, kim)
        book(request=bens_request, slot=slot, by=sam, now=now)
        place = reverse("book_my_visit", args=[talk.pk])
        response = phone.post(place, {"slot": slot.key, "sure": "yes"})
        assert response.status_code == 409
        assert "Nothing is booked yet." in drawn(response)
        assert phone.post(place, {"slot": "horoscope", "sure": "yes"}).status_code == 422


class TestMovingBack:
    @pytest.fixture
    def moved(self, visit, half_past_nine, maria, now):
        later = now + timedelta(minutes=5)
        with time_machine.travel(later, tick=False):
            yield reschedule(visit=visit, slot=half_past_nine, by=maria.user, now=later)

    def test_it_asks_once_before_it_moves(self, phone, visit, half_past_nine, nine):
        place = reverse("change_my_visit", args=[visit.pk])
        page = drawn(phone.post(place, {"slot": half_past_nine.key}))
        assert "Move your visit?" in page
        assert Consultation.objects.get().slot == nine
        phone.post(place, {"slot": half_past_nine.key, "sure": "yes"})
        assert Consultation.objects.get().slot == half_past_nine
        assert "Undo: back to the old time" in drawn(phone.get(reverse("visits")))

    def test_undone_it_is_where_it_was(self, phone, moved, nine):
        phone.post(reverse("move_back_my_visit", args=[moved.pk]))
        assert Consultation.objects.get().slot == nine

    def test_unless_somebody_else_has_the_old_time(
        self, phone, moved, bens_request, nine, half_past_nine, sam, now
    ):
        book(request=bens_request, slot=nine, by=sam, now=now)
        page = drawn(phone.post(reverse("move_back_my_visit", args=[moved.pk]), follow=True))
        assert "Somebody else has the old time by now." in page
        moved.refresh_from_db()
        assert moved.slot == half_past_nine

    def test_for_ten_minutes_and_only_a_move(self, phone, moved, visit):
        with time_machine.travel(moved.booked_at + MOVE_BACK_WITHIN, tick=False):
            assert "Undo: back" not in drawn(phone.get(reverse("visits")))
            page = drawn(phone.post(reverse("move_back_my_visit", args=[moved.pk]), follow=True))
            assert "This is your visit now." in page

    def test_a_visit_that_never_moved_has_nothing_to_undo(self, phone, visit):
        page = drawn(phone.post(reverse("move_back_my_visit", args=[visit.pk]), follow=True))
        assert "This is your visit now." in page


@pytest.mark.django_db(transaction=True)
def test_many_patients_want_the_same_times(talk, northside, kim, dr_kim, now, monkeypatch):
    monkeypatch.setattr("scheduling.visits.actions.locks.PATIENCE", "20s")
    before = deadlocks()
    times = [
        found_slot(northside, kim, new_york(9 + n // 2, n % 2 * 30, WEDNESDAY)) for n in range(4)
    ]
    acts = []
    for number in range(12):
        patient = factories.PatientFactory(clinic=northside, by=dr_kim, name=f"Patient {number}")
        said = {"patient": patient, "kind": talk, "by": patient.user, "now": now}
        acts += [partial(book_own, slot=times[number % 4], **said)]
        acts += [partial(book_own, slot=times[(number + 1) % 4], **said)]
    met = at_once([partial(_or_has_one, act) for act in acts])
    assert doubles() == 0
    assert deadlocks() == before
    assert "Busy" not in met
    patients = Consultation.objects.values_list("patient", flat=True)
    assert len(patients) == len(set(patients)) == 4


def _or_has_one(act):
    try:
        act()
    except HasOne:
        raise CannotChange from None
