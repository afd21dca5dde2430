"""Hours are kept, ended, and differ on single days."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from scheduling import slots
from scheduling.hours.actions import HoursOverlap, add_exception, end_hours, withdraw_exception
from scheduling.models import Availability, AvailabilityException, Room
from scheduling.visits.actions.book import book
from scheduling.visits.actions.locks import SlotTaken
from tests import factories
from tests.scheduling.conftest import TUESDAY, new_york

pytestmark = pytest.mark.django_db

BEFORE_THE_CHANGE, AFTER_THE_CHANGE = date(2026, 3, 6), date(2026, 3, 9)


def times(clinic, day=TUESDAY):
    return [
        f"{slot.starts.astimezone(clinic.zone):%H:%M}" for slot in slots.offered(clinic, day, day)
    ]


class TestWeeklyHours:
    def test_offer_their_times(self, northside, hours):
        assert times(northside) == ["09:00", "09:30", "10:00", "10:30"]

    def test_stay_at_nine_when_the_clocks_change(self, northside, hours):
        assert times(northside, BEFORE_THE_CHANGE) == times(northside, AFTER_THE_CHANGE)
        first = [
            slots.offered(northside, day, day)[0].starts
            for day in (BEFORE_THE_CHANGE, AFTER_THE_CHANGE)
        ]
        assert [instant.hour for instant in first] == [14, 13]

    def test_share_a_room_by_its_name(self, northside, kim, hours, keep_hours):
        keep_hours(kim, starts=time(13), ends=time(15))
        assert Room.objects.of(northside).count() == 1

    def test_may_follow_each_other(self, northside, kim, hours, keep_hours):
        keep_hours(kim, starts=time(11), ends=time(12))
        assert len(times(northside)) == 6

    def test_never_overlap(self, kim, hours, keep_hours):
        with pytest.raises(HoursOverlap):
            keep_hours(kim, weekdays=[6, 1], starts=time(10), ends=time(12))
        assert not Availability.objects.filter(weekday=6).exists()

    def test_of_two_clinicians_may(self, northside, hours, lee):
        assert len(times(northside)) == 8

    def test_end_on_a_day(self, northside, hours, now):
        for pattern in hours:
            end_hours(hours=pattern, last_day=TUESDAY)
        assert times(northside)
        assert times(northside, TUESDAY + timedelta(days=1)) == []

    def test_an_end_is_not_put_off(self, hours):
        end_hours(hours=hours[1], last_day=TUESDAY)
        end_hours(hours=hours[1], last_day=TUESDAY + timedelta(days=30))
        hours[1].refresh_from_db()
        assert hours[1].until_on == TUESDAY

    def test_taken_back_before_they_began_make_room_for_others(self, northside, kim, keep_hours):
        (pattern,) = keep_hours(kim, weekdays=[1], from_on=TUESDAY + timedelta(days=7))
        end_hours(hours=pattern, last_day=TUESDAY)
        assert times(northside, TUESDAY + timedelta(days=7)) == []
        keep_hours(kim)
        assert len(times(northside, TUESDAY + timedelta(days=7))) == 4

    def test_of_somebody_who_left_offer_nothing(self, northside, kim, hours, ada, now):
        kim.ended_at, kim.ended_by = now, ada
        kim.save()
        assert times(northside) == []

    def test_are_told_in_words(self, hours):
        assert str(hours[1]) == "Dr. Kim: Tuesday 09:00-11:00"
        assert str(hours[1].room) == "Room 4"


class TestDaysThatDiffer:
    def test_a_day_off(self, northside, kim, hours):
        off = add_exception(membership=kim, kind="off", date=TUESDAY, reason="Conference")
        assert times(northside) == []
        assert str(off) == "Dr. Kim: Time off 2026-03-03"

    def test_an_hour_off(self, northside, kim, hours):
        add_exception(membership=kim, kind="off", date=TUESDAY, starts=time(9), ends=time(10))
        assert times(northside) == ["10:00", "10:30"]

    def test_extra_hours(self, northside, kim, hours):
        add_exception(
            membership=kim,
            kind="extra",
            date=TUESDAY,
            starts=time(14),
            ends=time(15),
            room="Room 9",
            slot_minutes=60,
        )
        assert times(northside)[-1] == "14:00"
        assert (
            slots.offered(northside, TUESDAY, TUESDAY)[-1].room
            == Room.objects.get(name="Room 9").pk
        )
        assert len(times(northside, TUESDAY + timedelta(days=7))) == 4

    def test_taken_back(self, northside, kim, hours):
        off = add_exception(membership=kim, kind="off", date=TUESDAY)
        withdraw_exception(exception=off)
        assert len(times(northside)) == 4
        events = AvailabilityException.pgh_event_model.objects.values_list("pgh_label", flat=True)
        assert set(events) == {"insert", "delete"}

    def test_time_off_names_the_visits_that_it_hits(self, sam, kim, visit, now):
        morning = add_exception(membership=kim, kind="off", date=TUESDAY)
        afternoon = add_exception(
            membership=kim, kind="off", date=TUESDAY, starts=time(13), ends=time(15)
        )
        extra = add_exception(
            membership=kim,
            kind="extra",
            date=TUESDAY,
            starts=time(15),
            ends=time(16),
            room="Room 4",
            slot_minutes=30,
        )
        hits = slots.hits(sam.membership_as(), [morning, afternoon, extra], now=now)
        assert hits == {morning.pk: [visit], afternoon.pk: []}


class TestFreeTimes:
    def test_leave_out_what_is_booked_or_held(self, northside, maria, ben, held, now):
        first = slots.free_between(ben, TUESDAY, TUESDAY, now=now)[0]
        assert first.starts == new_york(9, 30)

    def test_have_a_lapsed_hold_again(self, ben, held, nine, later):
        assert nine in slots.free_between(ben, TUESDAY, TUESDAY, now=later)

    def test_leave_out_a_room_that_another_clinician_uses(self, ben, visit, northside, keep_hours):
        user = factories.StaffFactory(clinic=northside, role="clinician", name="Dr. Roe")
        keep_hours(user.membership_as("clinician"), room="Room 4")
        free = slots.free_between(ben, TUESDAY, TUESDAY, now=visit.booked_at)
        assert min(slot.starts for slot in free) == new_york(9, 30)

    def test_are_none_without_hours(self, maria, now):
        assert slots.free_between(maria, TUESDAY, TUESDAY, now=now) == []

    def test_the_best_are_on_three_days_with_the_clinician_who_asked(
        self, wanted, hours, lee, kim, now
    ):
        best = slots.best_for(wanted, now=now)
        assert [slot.clinician for slot in best] == [kim.pk] * 3
        assert [slot.starts.date() for slot in best] == [
            now.date() + timedelta(days=day) for day in (0, 1, 2)
        ]

    def test_a_form_names_nonsense(self, northside, hours):
        assert slots.find(northside, "nonsense") is None

    def test_a_form_names_a_time_that_nobody_offers(self, northside, hours, kim):
        assert slots.find(northside, f"{kim.pk}-{new_york(12):%Y%m%d%H%M}") is None

    def test_next_free_is_with_anybody_when_the_clinician_is_full(
        self, wanted, bens_request, hours, nine, kim, lee, sam, now
    ):
        for pattern in hours:
            end_hours(hours=pattern, last_day=TUESDAY)
        off = {"kind": "off", "date": TUESDAY, "starts": time(9, 30), "ends": time(11)}
        add_exception(membership=kim, **off)
        book(request=wanted, slot=nine, by=sam, now=now)
        with pytest.raises(SlotTaken) as taken:
            book(request=bens_request, slot=nine, by=sam, now=now)
        assert {slot.clinician for slot in taken.value.next_free} == {lee.pk}
