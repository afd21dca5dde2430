"""Dr. Kim is away, and everybody she would have seen is looked after at once: with Dr. Lee, at another time, or
called. Nobody is lost when somebody books meanwhile, and all of it can be undone."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import Notice
from patients.models import VisitRequest
from scheduling.calls.selectors import calls_about_visits
from scheduling.hours.actions import add_exception
from scheduling.models import Availability, AvailabilityException, Consultation
from scheduling.visits.actions.book import book, book_held, hold, hold_for_call
from scheduling.visits.actions.locks import SlotTaken
from scheduling.visits.actions.offer import accept_offer, offer, offer_held
from tests.pages import drawn
from tests.scheduling.conftest import TUESDAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(sam, sign_in):
    return sign_in(sam)


@pytest.fixture
def two(visit, bens_request, half_past_nine, sam, now):
    """Maria at nine and Ben at half past, both on the Tuesday of Dr. Kim's leave."""
    return [visit, book(request=bens_request, slot=half_past_nine, by=sam, now=now)]


def send(desk, kim, visits, name="add_exception", **plan):
    data = {"membership": kim.pk, "kind": "off", "date": "2026-03-03", "last_on": ""}
    return desk.post(reverse(name), data | {"seen": [one.pk for one in visits]} | plan, follow=True)


def undo(desk, page):
    return drawn(desk.post(page.redirect_chain[-1][0], follow=True))


def states():
    rows = Consultation.objects.exclude(state="held").order_by("period")
    return [(row.state, str(row.clinician)) for row in rows.select_related("clinician__user")]


class TestToAColleague:
    def test_all_at_once_at_the_same_times(self, desk, kim, lee, two):
        page = send(desk, kim, two, how="move", colleague=lee.pk)
        assert "With a colleague, at the same time (2)" in drawn(page)
        assert states() == [("booked", "Dr. Lee")] * 2
        changed = Notice.objects.filter(kind="visit_cancelled", key__endswith=":1")
        assert changed.count() == 2
        assert AvailabilityException.objects.get().membership == kim

    def test_undone_they_are_with_her_again(self, desk, kim, lee, two):
        page = send(desk, kim, two, how="move", colleague=lee.pk)
        assert "Undone: the time off and all that became of the visits." in undo(desk, page)
        assert states() == [("booked", "Dr. Kim")] * 2
        assert not AvailabilityException.objects.exists()

    def test_whom_she_cannot_take_is_offered_other_times(self, desk, kim, lee, two, sam, now):
        """Dr. Lee sees somebody else at nine."""
        taken = two[0].slot
        add_exception(
            membership=lee, kind="off", date=TUESDAY,
            starts=taken.starts.astimezone(kim.clinic.zone).time(),
            ends=taken.ends.astimezone(kim.clinic.zone).time(),
        )  # fmt: skip
        page = send(desk, kim, two, how="move", colleague=lee.pk, otherwise="offer")
        assert states() == [("cancelled", "Dr. Kim"), ("booked", "Dr. Lee")]
        assert "Offered other times." in drawn(page)
        offers = Consultation.objects.offers()
        assert {one.patient for one in offers} == {two[0].patient}
        assert len(offers) == 3

    def test_without_hours_of_theirs_nothing_moves(self, desk, kim, lee, two):
        Availability.objects.filter(membership=lee).update(until_on="2026-03-02")
        send(desk, kim, two, how="move", colleague=lee.pk, otherwise="stay")
        assert states() == [("booked", "Dr. Kim")] * 2

    def test_which_one_is_asked(self, desk, kim, lee, two):
        page = send(desk, kim, two, how="move")
        assert page.status_code == 422
        assert "Choose a colleague." in drawn(page)
        assert not AvailabilityException.objects.exists()


class TestOtherTimes:
    @pytest.fixture
    def page(self, desk, kim, lee, two):
        return send(desk, kim, two, how="offer")

    def test_each_patient_may_choose_one(self, page, two, kim, sam, now):
        offers = list(Consultation.objects.offers())
        assert len(offers) == 6
        away = [one for one in offers if one.clinician == kim and one.starts.date() == TUESDAY]
        assert not away
        taken = accept_offer(visit=offers[0], by=offers[0].patient.user, now=now)
        assert taken.state == "booked"

    def test_undone_what_was_offered_is_let_go(self, page, desk):
        assert "Undone: the time off" in undo(desk, page)
        assert not Consultation.objects.offers().exists()
        assert states() == [("booked", "Dr. Kim")] * 2

    def test_whoever_has_taken_one_keeps_it(self, page, desk, two, now):
        chosen = Consultation.objects.offers().filter(patient=two[0].patient).first()
        accept_offer(visit=chosen, by=chosen.patient.user, now=now)
        assert f"stay as they are now: {two[0].patient}" in undo(desk, page)
        assert Consultation.objects.get(pk=chosen.pk).state == "booked"
        assert Consultation.objects.get(pk=two[1].pk).state == "booked"


def test_cancelled_everybody_needs_a_visit(desk, kim, two):
    page = drawn(send(desk, kim, two, how="cancel"))
    assert page.count("Needs a visit: on the board.") == 2
    assert VisitRequest.objects.waiting().count() == 2


class TestATimeThatIsOffered:
    def test_is_shown_and_taken_back(self, desk, kim, wanted, nine, sam, now):
        offered = offer(request=wanted, slot=nine, by=sam, now=now)
        assert "if you save, it is taken back" in drawn(send(desk, kim, []))
        send(desk, kim, [offered], how="stay")
        assert not Consultation.objects.exists()
        assert VisitRequest.objects.waiting().get() == wanted

    def test_without_a_request_its_patient_is_called(self, desk, kim, ben, nine, sam, now):
        held = hold_for_call(patient=ben, kind=None, slot=nine, by=sam, now=now)
        send(desk, kim, [offer_held(held=held, by=sam, now=now)], how="stay")
        (cause,) = calls_about_visits(sam.membership_as("scheduler"), now)
        assert (cause.key, cause.rows[0].visit.patient) == ("expired", ben)


class TestBookedMeanwhile:
    """Leave and booking lock the same clinician: whoever comes second is told."""

    def test_a_time_that_was_held_before_cannot_be_booked(self, wanted, nine, kim, sam, now):
        hold(request=wanted, slot=nine, by=sam, now=now)
        add_exception(membership=kim, kind="off", date=TUESDAY)
        with pytest.raises(SlotTaken):
            book(request=wanted, slot=nine, by=sam, now=now)

    def test_nor_on_a_holiday(self, ben, nine, kim, sam, desk, now):
        held = hold_for_call(patient=ben, kind=None, slot=nine, by=sam, now=now)
        desk.post(reverse("add_holiday"), {"date": "2026-03-03"})
        with pytest.raises(SlotTaken):
            book_held(held=held, by=sam, now=now)

    def test_a_visit_that_nobody_saw_is_shown_and_nothing_is_saved(self, desk, kim, lee, two):
        page = send(desk, kim, two[:1], how="move", colleague=lee.pk)
        assert page.status_code == 409
        assert states() == [("booked", "Dr. Kim")] * 2


class TestHolidaysAndHoursThatEnd:
    def test_nobody_can_take_a_visit_on_a_holiday(self, desk, kim, lee, two):
        page = send(desk, kim, two, "add_holiday", how="move", colleague=lee.pk)
        assert page.status_code == 422
        page = send(desk, kim, two, "add_holiday", how="offer")
        assert [state for state, _who in states()] == ["cancelled"] * 2
        assert "Undone" in undo(desk, page)
        assert [state for state, _who in states()] == ["booked"] * 2

    def test_hours_that_end_show_whom_they_had_room_for(self, desk, hours, lee, two):
        tuesdays = next(row for row in hours if row.weekday == TUESDAY.weekday())
        end = reverse("end_hours", args=[tuesdays.pk])
        page = desk.post(end)
        assert page.status_code == 409
        assert "Maria Ortiz" in drawn(page)
        seen = {"seen": [one.pk for one in two]}
        done = desk.post(end, seen | {"how": "move", "colleague": lee.pk}, follow=True)
        assert states() == [("booked", "Dr. Lee")] * 2
        undo(desk, done)
        tuesdays.refresh_from_db()
        assert (tuesdays.until_on, states()) == (None, [("booked", "Dr. Kim")] * 2)


def test_an_administrator_leaves_visits_as_they_are(ada, sign_in, kim, lee, two):
    send(sign_in(ada), kim, two, how="move", colleague=lee.pk)
    assert AvailabilityException.objects.exists()
    assert states() == [("booked", "Dr. Kim")] * 2


def test_what_somebody_else_settled_is_not_shown(desk, sign_in, ada, kim, lee, two):
    page = send(desk, kim, two, how="cancel")
    address = page.redirect_chain[-1][0]
    assert desk.get(f"{address}x").status_code == 302
    assert sign_in(ada).get(address).status_code == 403
