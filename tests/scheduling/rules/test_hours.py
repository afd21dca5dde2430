from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduling.rules.hours import Hours, Off, Slot, Taken, free, instant, offered, parse_key

NEW_YORK = ZoneInfo("America/New_York")
BERLIN = ZoneInfo("Europe/Berlin")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
KIM, LEE = 1, 2
ROOM_4, ROOM_5 = 40, 50


def hours(day, starts, ends, minutes=30, **changes):
    """Hours on that day's weekday, from that day on."""
    pattern = {"clinician": KIM, "room": ROOM_4, "from_on": day, "slot_minutes": minutes}
    return Hours(
        **pattern
        | {"weekday": day.weekday(), "starts": time(*starts), "ends": time(*ends)}
        | changes
    )


def wall(slots, zone):
    return [f"{slot.starts.astimezone(zone):%H:%M %Z}" for slot in slots]


class TestAnOrdinaryWeek:
    monday = date(2027, 1, 11)

    def test_half_hours_of_a_morning(self):
        slots = offered([hours(self.monday, (9, 0), (10, 30))], [], [self.monday], NEW_YORK)
        assert wall(slots, NEW_YORK) == ["09:00 EST", "09:30 EST", "10:00 EST"]
        assert slots[0] == Slot(
            datetime(2027, 1, 11, 14, tzinfo=UTC),
            datetime(2027, 1, 11, 14, 30, tzinfo=UTC),
            KIM,
            ROOM_4,
        )

    def test_a_visit_that_would_outlast_the_hours_is_not_offered(self):
        slots = offered([hours(self.monday, (9, 0), (10, 0), 45)], [], [self.monday], NEW_YORK)
        assert wall(slots, NEW_YORK) == ["09:00 EST"]

    def test_only_on_its_weekday_from_and_until_its_days(self):
        fortnight = [self.monday + timedelta(days=day) for day in range(28)]
        pattern = hours(
            self.monday + timedelta(days=7),
            (9, 0),
            (10, 0),
            60,
            until_on=self.monday + timedelta(days=14),
        )
        days = [slot.day(NEW_YORK) for slot in offered([pattern], [], fortnight, NEW_YORK)]
        assert days == [date(2027, 1, 18), date(2027, 1, 25)]

    def test_two_clinicians_share_a_morning(self):
        patterns = [
            hours(self.monday, (9, 0), (10, 0), 60),
            hours(self.monday, (9, 0), (10, 0), 60, clinician=LEE, room=ROOM_5),
        ]
        slots = offered(patterns, [], [self.monday], NEW_YORK)
        assert [slot.clinician for slot in slots] == [KIM, LEE]

    def test_extra_hours_over_the_weekly_ones_offer_no_time_twice(self):
        patterns = [
            hours(self.monday, (9, 0), (11, 0), 60),
            hours(self.monday, (8, 30), (9, 30), 60, until_on=self.monday),
        ]
        slots = offered(patterns, [], [self.monday], NEW_YORK)
        assert wall(slots, NEW_YORK) == ["08:30 EST", "10:00 EST"]

    def test_a_day_off_empties_the_day_of_that_clinician(self):
        patterns = [
            hours(self.monday, (9, 0), (10, 0), 60),
            hours(self.monday, (9, 0), (10, 0), 60, clinician=LEE),
        ]
        slots = offered(patterns, [Off(KIM, self.monday)], [self.monday], NEW_YORK)
        assert [slot.clinician for slot in slots] == [LEE]

    def test_an_hour_off_takes_the_visits_that_it_touches(self):
        off = Off(KIM, self.monday, time(9, 45), time(10, 15))
        slots = offered([hours(self.monday, (9, 0), (11, 0))], [off], [self.monday], NEW_YORK)
        assert wall(slots, NEW_YORK) == ["09:00 EST", "10:30 EST"]

    def test_a_day_off_on_another_day_changes_nothing(self):
        off = Off(KIM, self.monday + timedelta(days=7))
        pattern = hours(self.monday, (9, 0), (10, 0), 60)
        assert len(offered([pattern], [off], [self.monday], NEW_YORK)) == 1


class TestDaysOfOtherLengths:
    """Night hours, so that the change of the clocks falls into them."""

    @pytest.mark.parametrize(
        ("zone", "day", "minutes", "expected"),
        [
            (
                NEW_YORK,
                date(2027, 3, 14),
                60,
                ["00:00 EST", "01:00 EST", "03:00 EDT", "04:00 EDT"],
            ),
            (
                BERLIN,
                date(2027, 3, 28),
                60,
                ["00:00 CET", "01:00 CET", "03:00 CEST", "04:00 CEST"],
            ),
            (
                LORD_HOWE,
                date(2026, 10, 4),
                30,
                [
                    *("00:00 +1030", "00:30 +1030", "01:00 +1030", "01:30 +1030"),
                    *("02:30 +11", "03:00 +11", "03:30 +11", "04:00 +11", "04:30 +11"),
                ],
            ),
        ],
    )
    def test_a_visit_in_the_skipped_hour_does_not_exist(self, zone, day, minutes, expected):
        slots = offered([hours(day, (0, 0), (5, 0), minutes)], [], [day], zone)
        assert wall(slots, zone) == expected

    @pytest.mark.parametrize(
        ("zone", "day", "first", "after"),
        [
            (NEW_YORK, date(2026, 11, 1), "01:00 EDT", "02:00 EST"),
            (BERLIN, date(2026, 10, 25), "02:00 CEST", "03:00 CET"),
            (LORD_HOWE, date(2027, 4, 4), "01:00 +11", "02:00 +1030"),
        ],
    )
    def test_a_time_that_comes_twice_is_offered_once(self, zone, day, first, after):
        slots = offered([hours(day, (0, 0), (5, 0), 60)], [], [day], zone)
        times = wall(slots, zone)
        assert len(times) == 5
        assert first in times
        assert after in times

    def test_a_visit_lasts_its_minutes_whatever_the_clock_does(self):
        day = date(2027, 3, 14)
        slots = offered([hours(day, (1, 30), (5, 0), 60)], [], [day], NEW_YORK)
        assert wall(slots, NEW_YORK) == ["01:30 EST", "03:30 EDT"]
        assert all(slot.ends - slot.starts == timedelta(minutes=60) for slot in slots)

    def test_a_skipped_half_hour_never_makes_two_visits_overlap(self):
        day = date(2026, 10, 4)
        slots = offered([hours(day, (1, 30), (5, 0), 60)], [], [day], LORD_HOWE)
        assert wall(slots, LORD_HOWE) == ["01:30 +1030", "03:30 +11"]

    def test_a_visit_does_not_run_past_hours_that_spring_cut_short(self):
        day = date(2027, 3, 14)
        slots = offered([hours(day, (1, 30), (3, 0), 60)], [], [day], NEW_YORK)
        assert slots == []

    @pytest.mark.parametrize(
        ("day", "length"),
        [(date(2027, 3, 14), 23), (date(2027, 3, 15), 24), (date(2026, 11, 1), 25)],
    )
    def test_days_have_23_24_and_25_hours(self, day, length):
        tomorrow = day + timedelta(days=1)
        between = instant(tomorrow, time(), NEW_YORK) - instant(day, time(), NEW_YORK)
        assert between == timedelta(hours=length)

    def test_nine_in_the_morning_stays_nine_across_the_change(self):
        saturday = date(2027, 3, 13)
        week = [saturday + timedelta(days=day) for day in (0, 7)]
        slots = offered([hours(saturday, (9, 0), (10, 0), 60)], [], week, NEW_YORK)
        assert wall(slots, NEW_YORK) == ["09:00 EST", "09:00 EDT"]
        assert [slot.starts.hour for slot in slots] == [14, 13]


class TestFree:
    slot = Slot(
        datetime(2027, 1, 11, 14, tzinfo=UTC),
        datetime(2027, 1, 11, 14, 30, tzinfo=UTC),
        KIM,
        ROOM_4,
    )
    maria, ben = 7, 8

    def taken(self, *, shift=0, clinician=LEE, room=ROOM_5, patient=ben):
        by = timedelta(minutes=shift)
        return Taken(Slot(self.slot.starts + by, self.slot.ends + by, clinician, room), patient)

    def is_free(self, *visits, patient=maria, now=LONG_AGO):
        return free([self.slot], visits, patient=patient, now=now) == [self.slot]

    def test_free_when_others_meet_elsewhere(self):
        assert self.is_free(self.taken())

    @pytest.mark.parametrize("shared", [{"clinician": KIM}, {"room": ROOM_4}, {"patient": maria}])
    @pytest.mark.parametrize("shift", [-29, -15, 0, 15, 29])
    def test_taken_when_clinician_room_or_patient_is_busy(self, shared, shift):
        assert not self.is_free(self.taken(shift=shift, **shared))

    @pytest.mark.parametrize("shift", [-30, 30])
    def test_visits_may_touch(self, shift):
        assert self.is_free(self.taken(shift=shift, clinician=KIM, room=ROOM_4))

    def test_for_nobody_in_particular_only_clinician_and_room_count(self):
        assert self.is_free(self.taken(), patient=None)

    def test_what_has_begun_is_not_offered(self):
        assert not self.is_free(now=self.slot.starts)


class TestKey:
    def test_names_clinician_and_instant(self):
        slot = TestFree.slot
        assert slot.key == "1-202701111400"
        assert parse_key(slot.key) == (KIM, slot.starts)

    @pytest.mark.parametrize(
        "nonsense", ["", "1", "1-", "-202701111400", "1-2027", "x-202701111400"]
    )
    def test_nonsense_names_nothing(self, nonsense):
        assert parse_key(nonsense) is None


# Nothing is timed: the machine may be busy with other tests.
unhurried = settings(deadline=None, max_examples=60)
zones = st.sampled_from([NEW_YORK, BERLIN, LORD_HOWE, ZoneInfo("UTC")])
# Around a change of the clocks in each of the zones, and ordinary days between.
starts_of_weeks = st.sampled_from(
    [date(2027, 3, 10), date(2027, 3, 24), date(2026, 10, 28), date(2026, 9, 30), date(2027, 3, 31)]
)


@st.composite
def weeks(draw):
    first = draw(starts_of_weeks)
    return [first + timedelta(days=day) for day in range(7)]


@st.composite
def patterns(draw):
    opening = draw(st.integers(0, 23 * 60))
    closing = draw(st.integers(opening + 1, 24 * 60 - 1))
    return Hours(
        clinician=draw(st.sampled_from([KIM, LEE])),
        room=draw(st.sampled_from([ROOM_4, ROOM_5])),
        weekday=draw(st.integers(0, 6)),
        starts=time(*divmod(opening, 60)),
        ends=time(*divmod(closing, 60)),
        slot_minutes=draw(st.integers(5, 240)),
        from_on=date(2026, 1, 1),
    )


@st.composite
def absences(draw):
    day = draw(starts_of_weeks) + timedelta(days=draw(st.integers(0, 6)))
    opening = draw(st.integers(0, 22))
    some = Off(KIM, day, time(opening), time(opening + 1))
    return draw(st.sampled_from([some, Off(KIM, day)]))


class TestWhateverTheHours:
    @unhurried
    @given(st.lists(patterns(), max_size=4), st.lists(absences(), max_size=3), weeks(), zones)
    def test_slots_follow_one_pattern_and_never_each_other(self, kept, offs, week, zone):
        slots = offered(kept, offs, week, zone)
        assert slots == sorted(slots)
        for slot in slots:
            local = slot.starts.astimezone(zone)
            minutes = (slot.ends - slot.starts) // timedelta(minutes=1)
            into_pattern = [
                (local.hour * 60 + local.minute - pattern.starts.hour * 60 - pattern.starts.minute)
                % minutes
                for pattern in kept
                if pattern.slot_minutes == minutes
                and pattern.on(local.date())
                and pattern.starts <= local.time() < pattern.ends
                and slot.ends <= instant(local.date(), pattern.ends, zone)
            ]
            assert 0 in into_pattern
            assert instant(local.date(), local.time(), zone) == slot.starts
            assert not any(off.covers(slot, zone) for off in offs)
        for who in (KIM, LEE):
            own = [slot for slot in slots if slot.clinician == who]
            assert all(one.ends <= other.starts for one, other in pairwise(own))
            said = [slot.starts.astimezone(zone).replace(tzinfo=None) for slot in own]
            assert len(set(said)) == len(said)

    @unhurried
    @given(patterns(), weeks())
    def test_without_a_change_of_clocks_the_hours_are_full(self, pattern, week):
        slots = offered([pattern], [], week, ZoneInfo("UTC"))
        minutes = (pattern.ends.hour - pattern.starts.hour) * 60
        minutes += pattern.ends.minute - pattern.starts.minute
        assert len(slots) == minutes // pattern.slot_minutes

    @unhurried
    @given(st.lists(patterns(), max_size=4), weeks(), zones, st.data())
    def test_what_is_taken_is_not_free_and_nothing_else_is_lost(self, kept, week, zone, data):
        slots = offered(kept, [], week, zone)
        some = data.draw(st.lists(st.sampled_from(slots), max_size=5)) if slots else []
        taken = [Taken(slot, patient) for patient, slot in enumerate(some)]
        found = free(slots, taken, patient=None, now=LONG_AGO)
        for slot in slots:
            clashes = [
                visit
                for visit in taken
                if slot.overlaps(visit.slot.starts, visit.slot.ends)
                and (slot.clinician == visit.slot.clinician or slot.room == visit.slot.room)
            ]
            assert (slot in found) == (not clashes)
