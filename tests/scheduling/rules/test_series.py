"""The same day and time each week: what can be had, what cannot, and what is near."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from scheduling.rules.hours import Slot
from scheduling.rules.series import Conflict, days_of, series

NEW_YORK = ZoneInfo("America/New_York")
HALF = timedelta(minutes=30)


def slot(month, day, hour, minute=0, clinician=1):
    starts = datetime(2026, month, day, hour, minute, tzinfo=NEW_YORK).astimezone(UTC)
    return Slot(starts, starts + HALF, clinician, 4)


FIRST = slot(3, 3, 9)
DAYS = days_of(date(2026, 3, 3), 3, 1)


def planned(free, offered=None):
    return series(FIRST, DAYS, offered=offered or free, free=free, zone=NEW_YORK)


def test_every_second_week():
    assert days_of(date(2026, 3, 3), 3, 2) == [
        date(2026, 3, 3),
        date(2026, 3, 17),
        date(2026, 3, 31),
    ]


def test_nine_stays_nine_when_the_clocks_change():
    """On 8 March the clocks go forward; the first is before, the others are after."""
    found = planned([FIRST, slot(3, 10, 9), slot(3, 17, 9)])
    assert [one.slot for one in found] == [FIRST, slot(3, 10, 9), slot(3, 17, 9)]
    assert [one.starts.hour for one in found] == [14, 13, 13]


def test_a_time_that_is_taken_is_told_from_one_without_hours():
    found = planned([FIRST], offered=[FIRST, slot(3, 10, 9)])
    assert [one.conflict for one in found] == [None, Conflict.TAKEN, Conflict.NO_HOURS]


def test_what_is_near_is_within_three_days_and_nearest():
    near = [slot(3, 10, 9, 30), slot(3, 10, 10), slot(3, 11, 9), slot(3, 12, 9), slot(3, 14, 9)]
    found = planned([FIRST, *near, slot(3, 17, 9)])
    assert found[1].near == (slot(3, 10, 9, 30), slot(3, 10, 10), slot(3, 11, 9))


def test_what_another_of_the_series_takes_is_not_near():
    found = planned([FIRST, slot(3, 17, 9)])
    assert found[1].near == ()


def test_another_clinicians_times_are_none():
    found = planned([FIRST, slot(3, 10, 9, clinician=2)], offered=[FIRST])
    assert (found[1].slot, found[1].near) == (None, ())
