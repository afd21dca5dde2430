"""Sam turns a request into a visit."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError

from accounts.models import Notice
from scheduling.models import Consultation
from scheduling.visits.actions.book import HOLD_FOR, book, hold, release
from scheduling.visits.actions.locks import NotWaiting, SlotTaken
from tests.scheduling.conftest import ask_for_visit

pytestmark = pytest.mark.django_db


def states():
    return list(Consultation.objects.order_by("pk").values_list("state", flat=True))


class TestHold:
    def test_keeps_the_time_for_ten_minutes(self, held, nine, sam, now):
        assert held.state == "held"
        assert held.slot == nine
        assert held.held_until == now + HOLD_FOR
        assert held.held_by == sam

    def test_the_request_still_waits_and_nobody_is_told(self, held, wanted):
        wanted.refresh_from_db()
        assert wanted.closed_at is None
        assert not Notice.objects.filter(kind=Notice.Kind.VISIT_BOOKED).exists()

    def test_another_time_moves_the_hold(self, held, wanted, half_past_nine, sam, now):
        moved = hold(request=wanted, slot=half_past_nine, by=sam, now=now)
        assert moved.pk == held.pk
        assert moved.slot == half_past_nine

    def test_keeps_others_out(self, held, bens_request, nine, sam, now):
        with pytest.raises(SlotTaken):
            book(request=bens_request, slot=nine, by=sam, now=now)

    def test_not_for_a_request_that_has_its_visit(self, visit, wanted, half_past_nine, sam, now):
        with pytest.raises(NotWaiting):
            hold(request=wanted, slot=half_past_nine, by=sam, now=now)

    def test_let_go_frees_the_time(self, held, bens_request, nine, sam, now):
        release(held=held)
        assert book(request=bens_request, slot=nine, by=sam, now=now).slot == nine

    def test_letting_go_too_late_leaves_the_visit(self, held, wanted, nine, sam, now):
        book(request=wanted, slot=nine, by=sam, now=now)
        release(held=held)
        assert states() == ["booked"]


class TestALapsedHold:
    def test_gives_way_to_others(self, held, bens_request, nine, sam, later):
        visit = book(request=bens_request, slot=nine, by=sam, now=later)
        assert list(Consultation.objects.all()) == [visit]

    def test_is_kept_in_history(self, held, bens_request, nine, sam, later):
        book(request=bens_request, slot=nine, by=sam, now=later)
        events = Consultation.pgh_event_model.objects.filter(pgh_obj_id=held.pk)
        assert set(events.values_list("pgh_label", flat=True)) == {"insert", "delete"}

    def test_can_still_be_booked_when_nobody_took_the_time(self, held, wanted, nine, sam, later):
        assert book(request=wanted, slot=nine, by=sam, now=later).pk == held.pk

    def test_that_was_given_away_is_refused(self, held, wanted, bens_request, nine, sam, later):
        book(request=bens_request, slot=nine, by=sam, now=later)
        with pytest.raises(SlotTaken):
            book(request=wanted, slot=nine, by=sam, now=later)

    def test_elsewhere_stays_until_somebody_needs_its_time(
        self, held, bens_request, half_past_nine, sam, later
    ):
        book(request=bens_request, slot=half_past_nine, by=sam, now=later)
        assert states() == ["held", "booked"]


class TestBook:
    def test_from_a_hold(self, held, wanted, nine, sam, now):
        visit = book(request=wanted, slot=nine, by=sam, now=now)
        assert visit.pk == held.pk
        assert (visit.state, visit.booked_by, visit.booked_at) == ("booked", sam, now)
        assert visit.held_until is None
        assert visit.held_by is None

    def test_without_a_hold(self, visit, nine, maria):
        assert visit.slot == nine
        assert visit.patient == maria

    def test_another_time_than_the_held_one(self, held, wanted, half_past_nine, sam, now):
        visit = book(request=wanted, slot=half_past_nine, by=sam, now=now)
        assert list(Consultation.objects.all()) == [visit]
        assert visit.slot == half_past_nine

    def test_closes_the_request(self, visit, wanted, sam, now):
        wanted.refresh_from_db()
        assert (wanted.closed_by, wanted.closed_at) == (sam, now)

    def test_tells_the_patient_that_something_waits(self, visit, maria):
        notice = Notice.objects.get(kind=Notice.Kind.VISIT_BOOKED)
        assert notice.email == maria.user.email
        assert notice.path == "/visits/"

    def test_in_the_patients_language(self, bens_request, nine, sam, now):
        book(request=bens_request, slot=nine, by=sam, now=now)
        assert Notice.objects.get(kind=Notice.Kind.VISIT_BOOKED).language == "es"

    def test_writes_to_nobody_without_an_account(self, wanted, maria, nine, sam, now):
        maria.user = None
        maria.save()
        wanted.refresh_from_db()
        book(request=wanted, slot=nine, by=sam, now=now)
        assert not Notice.objects.filter(kind=Notice.Kind.VISIT_BOOKED).exists()

    def test_twice_is_one_visit_and_one_message(self, visit, wanted, nine, sam, later):
        again = book(request=wanted, slot=nine, by=sam, now=later)
        assert again == visit
        assert states() == ["booked"]
        assert Notice.objects.filter(kind=Notice.Kind.VISIT_BOOKED).count() == 1

    def test_at_two_times_is_refused(self, visit, wanted, half_past_nine, sam, now):
        with pytest.raises(NotWaiting):
            book(request=wanted, slot=half_past_nine, by=sam, now=now)

    def test_a_closed_request_is_refused(self, wanted, nine, sam, now):
        wanted.closed_at, wanted.closed_by = now, sam
        wanted.save()
        with pytest.raises(NotWaiting):
            book(request=wanted, slot=nine, by=sam, now=now)


class TestTaken:
    def test_says_which_times_of_the_clinician_are_next(
        self, visit, bens_request, nine, slot_at, sam, now
    ):
        with pytest.raises(SlotTaken) as taken:
            book(request=bens_request, slot=nine, by=sam, now=now)
        assert taken.value.next_free == [slot_at(9, 30), slot_at(10), slot_at(10, 30)]

    def test_changes_nothing(self, visit, bens_request, nine, sam, now):
        with pytest.raises(SlotTaken):
            book(request=bens_request, slot=nine, by=sam, now=now)
        assert states() == ["booked"]
        bens_request.refresh_from_db()
        assert bens_request.closed_at is None

    def test_by_another_visit_of_the_same_patient(
        self, visit, episode, lee, slot_at, dr_kim, sam, now
    ):
        second = ask_for_visit(episode, by=dr_kim, now=now + timedelta(days=1))
        with pytest.raises(SlotTaken) as taken:
            book(request=second, slot=slot_at(9, clinician=lee), by=sam, now=now)
        assert taken.value.next_free[0] == slot_at(9, 30, clinician=lee)

    def test_other_faults_are_not_called_taken(self, wanted, nine, sam, now):
        backwards = replace(nine, ends=nine.starts)
        with pytest.raises(IntegrityError, match="visit_has_start_and_end"):
            book(request=wanted, slot=backwards, by=sam, now=now)
