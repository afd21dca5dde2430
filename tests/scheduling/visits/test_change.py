"""A booked visit is cancelled, moved, kept."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Notice
from scheduling.models import Consultation
from scheduling.visits.actions.attendance import mark_arrived, mark_done
from scheduling.visits.actions.book import book, hold
from scheduling.visits.actions.change import cancel, reschedule
from scheduling.visits.actions.locks import CannotChange, SlotTaken
from tests.scheduling.conftest import new_york

pytestmark = pytest.mark.django_db


@pytest.fixture
def cancelled(visit, sam, now):
    return cancel(visit=visit, reason="patient_asked", by=sam, now=now)


class TestCancel:
    def test_says_who_when_and_why(self, cancelled, sam, now):
        assert cancelled.state == "cancelled"
        assert (cancelled.cancelled_by, cancelled.cancelled_at) == (sam, now)
        assert cancelled.cancel_reason == "patient_asked"

    def test_the_patient_needs_a_visit_again(self, cancelled, wanted):
        wanted.refresh_from_db()
        assert (wanted.closed_at, wanted.closed_by) == (None, None)

    def test_frees_the_time(self, cancelled, bens_request, nine, sam, now):
        assert book(request=bens_request, slot=nine, by=sam, now=now).slot == nine

    def test_the_request_can_be_booked_again_at_the_same_time(
        self, cancelled, wanted, nine, sam, now
    ):
        again = book(request=wanted, slot=nine, by=sam, now=now)
        assert again.pk != cancelled.pk
        assert again.uid != cancelled.uid

    def test_tells_the_patient_once(self, cancelled, visit, sam, now):
        with pytest.raises(CannotChange):
            cancel(visit=visit, reason="patient_asked", by=sam, now=now)
        assert Notice.objects.filter(kind=Notice.Kind.VISIT_CANCELLED).count() == 1

    def test_calendars_take_it_for_newer(self, cancelled, visit):
        assert cancelled.uid == visit.uid
        assert cancelled.sequence == visit.sequence + 1

    def test_not_when_the_patient_is_here(self, visit, nine, sam, now):
        mark_arrived(visit=visit, by=sam, now=nine.starts)
        with pytest.raises(CannotChange):
            cancel(visit=visit, reason="patient_asked", by=sam, now=now)

    def test_not_when_only_held(self, held, sam, now):
        with pytest.raises(CannotChange):
            cancel(visit=held, reason="patient_asked", by=sam, now=now)


class TestReschedule:
    def test_moves_the_visit(self, visit, half_past_nine, lee, slot_at, sam, now):
        with_lee = slot_at(9, 30, clinician=lee)
        moved = reschedule(visit=visit, slot=with_lee, by=sam, now=now)
        assert (moved.pk, moved.uid, moved.state) == (visit.pk, visit.uid, "booked")
        assert moved.slot == with_lee
        assert moved.sequence == 1

    def test_frees_the_old_time(self, visit, bens_request, nine, half_past_nine, sam, now):
        reschedule(visit=visit, slot=half_past_nine, by=sam, now=now)
        assert book(request=bens_request, slot=nine, by=sam, now=now).slot == nine

    def test_keeps_the_old_time_when_the_new_one_is_taken(
        self, visit, bens_request, half_past_nine, nine, sam, now, slot_at
    ):
        book(request=bens_request, slot=half_past_nine, by=sam, now=now)
        with pytest.raises(SlotTaken) as taken:
            reschedule(visit=visit, slot=half_past_nine, by=sam, now=now)
        assert taken.value.next_free == [slot_at(10), slot_at(10, 30), slot_at(9, day=later_day(1))]
        visit.refresh_from_db()
        assert visit.slot == nine

    def test_twice_is_one_move_and_one_message(self, visit, half_past_nine, sam, now):
        for _press in range(2):
            moved = reschedule(visit=visit, slot=half_past_nine, by=sam, now=now)
        assert moved.sequence == 1
        assert Notice.objects.filter(kind=Notice.Kind.VISIT_CANCELLED).count() == 1

    def test_releases_a_lapsed_hold_in_the_way(
        self, visit, bens_request, half_past_nine, sam, now, later
    ):
        hold(request=bens_request, slot=half_past_nine, by=sam, now=now)
        moved = reschedule(visit=visit, slot=half_past_nine, by=sam, now=later)
        assert moved.slot == half_past_nine

    def test_history_tells_where_it_was(self, visit, nine, half_past_nine, sam, now):
        reschedule(visit=visit, slot=half_past_nine, by=sam, now=now)
        events = Consultation.pgh_event_model.objects.filter(pgh_obj_id=visit.pk)
        starts = [event.period.lower for event in events.order_by("pgh_id")]
        assert starts == [nine.starts, half_past_nine.starts]

    def test_not_a_cancelled_one(self, cancelled, half_past_nine, sam, now):
        with pytest.raises(CannotChange):
            reschedule(visit=cancelled, slot=half_past_nine, by=sam, now=now)


def later_day(days):
    return new_york(9).date() + timedelta(days=days)


class TestSeen:
    def test_arrived_then_done(self, visit, nine, sam):
        mark_arrived(visit=visit, by=sam, now=nine.starts)
        mark_done(visit=visit, by=sam, now=nine.ends)
        visit.refresh_from_db()
        assert visit.state == "done"
        assert (visit.arrived_by, visit.done_by) == (sam, sam)

    def test_nobody_arrives_the_day_before(self, visit, sam, now):
        with pytest.raises(CannotChange):
            mark_arrived(visit=visit, by=sam, now=now)

    def test_arrives_once(self, visit, nine, sam):
        mark_arrived(visit=visit, by=sam, now=nine.starts)
        with pytest.raises(CannotChange):
            mark_arrived(visit=visit, by=sam, now=nine.starts)

    def test_is_not_done_before_the_patient_came(self, visit, nine, sam):
        with pytest.raises(CannotChange):
            mark_done(visit=visit, by=sam, now=nine.ends)

    def test_a_visit_that_is_done_still_takes_its_time(self, visit, bens_request, nine, sam, now):
        mark_arrived(visit=visit, by=sam, now=nine.starts)
        mark_done(visit=visit, by=sam, now=nine.starts)
        with pytest.raises(SlotTaken):
            book(request=bens_request, slot=nine, by=sam, now=now)
