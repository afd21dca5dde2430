"""Six sessions booked at once: each is shown with its conflict first, then all are booked or none."""

from datetime import timedelta
from functools import partial

import pytest
from django.urls import reverse

from accounts.models import Notice
from scheduling import slots
from scheduling.hours.actions import add_exception
from scheduling.models import Consultation
from scheduling.rules.hours import Slot
from scheduling.visits.actions.book import book_held, hold_for_call, release
from scheduling.visits.actions.locks import NotWaiting
from scheduling.visits.actions.series import book_all
from tests import factories
from tests.pages import drawn
from tests.scheduling.conftest import TUESDAY, half_hours
from tests.scheduling.race import at_once, deadlocks, doubles

WEEK = timedelta(days=7)


@pytest.fixture
def on_phone(maria, nine, sam, now):
    return hold_for_call(patient=maria, kind=None, slot=nine, by=sam, now=now)


@pytest.fixture
def desk(sam, sign_in):
    return sign_in(sam)


def place_of(held):
    return reverse("book_series", args=[held.pk])


def sixfold(slot_at):
    """Tuesdays at nine, the clocks change after the first."""
    return [slot_at(9, 0, TUESDAY + number * WEEK) for number in range(6)]


def posted(times):
    return {f"slot-{number}": slot.key for number, slot in enumerate(times, start=1)}


def taken_by_ben(slot, ben, sam, now):
    held = hold_for_call(patient=ben, kind=None, slot=slot, by=sam, now=now)
    return book_held(held=held, by=sam, now=now)


@pytest.mark.django_db
class TestPlanning:
    def test_nothing_is_saved_by_looking(self, desk, on_phone):
        page = drawn(desk.get(place_of(on_phone)))
        assert "All of them are free." in page
        assert "6. Tue, Apr 7, 9:00 a.m. EDT" in page
        assert [visit.state for visit in Consultation.objects.all()] == ["held"]

    def test_each_conflict_is_shown_with_what_is_near(
        self, desk, on_phone, ben, kim, slot_at, sam, now
    ):
        taken_by_ben(slot_at(9, 0, TUESDAY + WEEK), ben, sam, now)
        leave = TUESDAY + 2 * WEEK
        add_exception(membership=kim, kind="off", date=leave, last_on=leave)
        page = drawn(desk.get(place_of(on_phone)))
        assert "2 of them cannot be had as asked" in page
        assert "2. Tue, Mar 10, 9:00 a.m.: not free" in page
        assert "3. Tue, Mar 17, 9:00 a.m.: no hours at this time" in page
        assert "Tue, Mar 10, 9:30 a.m." in page
        assert "Wed, Mar 18, 9:00 a.m." in page

    def test_her_own_visit_at_that_time_is_a_conflict(self, desk, on_phone, maria, lee, sam, now):
        starts = on_phone.starts + WEEK - timedelta(hours=1)  # the clocks change between
        own = Slot(starts, starts + timedelta(minutes=30), lee.pk, None)
        held = hold_for_call(patient=maria, kind=None, slot=own, by=factories.StaffFactory(
            clinic=maria.clinic, role="scheduler"), now=now)  # fmt: skip
        book_held(held=held, by=sam, now=now)
        assert "2. Tue, Mar 10, 9:00 a.m.: not free" in drawn(desk.get(place_of(on_phone)))

    @pytest.mark.parametrize("asked", ["times=0&every=1", "times=999&every=1", "times=x&every=-1"])
    def test_an_odd_address_shows_the_usual_six(self, desk, on_phone, asked):
        response = desk.get(f"{place_of(on_phone)}?{asked}")
        assert response.status_code == 200
        assert "6. Tue" in drawn(response)

    def test_every_second_week(self, desk, on_phone):
        page = drawn(desk.get(f"{place_of(on_phone)}?times=3&every=2"))
        assert "3. Tue, Mar 31" in page
        assert "4. Tue" not in page


@pytest.mark.django_db
class TestBooking:
    def test_all_of_them_with_one_mail(self, desk, on_phone, maria, slot_at):
        desk.post(place_of(on_phone), posted(sixfold(slot_at)))
        visits = Consultation.objects.filter(patient=maria).order_by("period")
        assert [visit.slot for visit in visits] == sixfold(slot_at)
        assert {visit.state for visit in visits} == {"booked"}
        assert len({visit.series for visit in visits}) == 1
        assert Notice.objects.filter(kind="visit_booked").count() == 1

    def test_a_chosen_part_with_another_time(self, desk, on_phone, maria, slot_at):
        first, _second, third, *_rest = sixfold(slot_at)
        instead = slot_at(10, 0, TUESDAY + WEEK)
        desk.post(place_of(on_phone), posted([first, instead, third]))
        visits = Consultation.objects.filter(patient=maria).order_by("period")
        assert [visit.slot for visit in visits] == [first, instead, third]

    def test_one_that_was_taken_meanwhile_and_none_is_booked(
        self, desk, on_phone, ben, slot_at, sam, now
    ):
        times = sixfold(slot_at)
        taken_by_ben(times[4], ben, sam, now)
        response = desk.post(place_of(on_phone), posted(times))
        assert response.status_code == 409
        page = drawn(response)
        assert "Nothing was booked: look again below." in page
        assert "5. Tue, Mar 31, 9:00 a.m.: not free" in page
        assert not Consultation.objects.filter(patient=on_phone.patient, state="booked").exists()

    @pytest.mark.parametrize("what", ["nothing", "nonsense", "twice", "overlapping"])
    def test_what_cannot_be_is_said(self, desk, on_phone, slot_at, what, lee):
        times = sixfold(slot_at)
        sent = {
            "nothing": {},
            "nonsense": {"slot-1": "horoscope"},
            "twice": {"slot-1": times[0].key, "slot-2": f"{lee.pk}-{times[1].key.split('-')[1]}"},
            "overlapping": {"slot-1": times[0].key, "slot-2": "7-1"},
        }[what]
        assert desk.post(place_of(on_phone), sent).status_code == 422
        assert Consultation.objects.get().state == "held"

    def test_sent_twice_it_is_booked_once(self, desk, on_phone, slot_at):
        for _ in range(2):
            desk.post(place_of(on_phone), posted(sixfold(slot_at)))
        assert Consultation.objects.count() == 6

    def test_a_hold_that_was_let_go(self, on_phone, slot_at, sam, now):
        release(held=on_phone)
        with pytest.raises(NotWaiting):
            book_all(held=on_phone, slots=sixfold(slot_at), by=sam, now=now)

    def test_without_the_time_that_was_held(self, on_phone, slot_at, sam, now):
        """The first of those chosen takes the place of the hold: its time is free again."""
        book_all(held=on_phone, slots=sixfold(slot_at)[1:3], by=sam, now=now)
        assert Consultation.objects.count() == 2
        assert on_phone.slot in slots.free(
            on_phone.patient.clinic, [on_phone.slot], patient=None, now=now
        )


def half_an_hour(starts, member, room=None):
    return Slot(starts, starts + timedelta(minutes=30), member, room)


@pytest.mark.django_db(transaction=True)
def test_many_series_at_one_moment(northside, dr_kim, sam, now, monkeypatch, protocol):
    """Sixteen series over two clinicians and two rooms in crossed order, that half overlap."""
    monkeypatch.setattr("scheduling.visits.actions.locks.PATIENCE", "20s")
    members = [factories.StaffFactory(clinic=northside).membership_as() for _one in range(2)]
    hours = [half_hours(now, one, room=f"Room {n}")[0] for n, one in enumerate(members)]
    rooms, before, said = [one.room_id for one in hours], deadlocks(), {"by": sam, "now": now}
    plans = []
    for number in range(16):
        patient = factories.PatientFactory(clinic=northside, by=dr_kim, joined=False)
        member, spare = members[number % 2].pk, now + timedelta(days=60 + number)
        held = hold_for_call(patient=patient, kind=None, slot=half_an_hour(spare, member), **said)
        starts = now + timedelta(days=1, minutes=15 * (number % 4))
        chosen = [
            half_an_hour(starts + week * WEEK, member, rooms[(number + week) % 2])
            for week in range(6)
        ]
        plans.append(partial(book_all, held=held, slots=chosen, **said))
    met = at_once(plans)
    assert doubles() == 0
    assert deadlocks() == before
    assert set(met) == {"done", "SlotTaken"}
    assert Consultation.objects.filter(state="booked").count() == 6 * met.count("done")
