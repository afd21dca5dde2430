from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from scheduling.rules.fits import best_fits
from scheduling.rules.hours import Slot

UTC_ZONE = ZoneInfo("UTC")
KIM, LEE = 1, 2
FRIDAY = date(2027, 1, 15)


def at(day, hour, clinician=KIM):
    starts = datetime(2027, 1, day, hour, tzinfo=UTC)
    return Slot(starts, starts + timedelta(minutes=30), clinician, 40)


def best(*slots, due_on=FRIDAY, clinician=KIM):
    return best_fits(slots, due_on=due_on, clinician=clinician, zone=UTC_ZONE)


def test_three_different_days_rather_than_one_morning():
    assert best(at(12, 9), at(12, 10), at(13, 9), at(14, 9)) == [at(12, 9), at(13, 9), at(14, 9)]


def test_the_same_day_when_there_is_no_other():
    assert best(at(12, 9), at(12, 10), at(12, 11), at(12, 12)) == [
        at(12, 9),
        at(12, 10),
        at(12, 11),
    ]


def test_in_time_goes_before_other_days():
    assert best(at(14, 9), at(14, 10), at(14, 11), at(18, 9)) == [at(14, 9), at(14, 10), at(14, 11)]


def test_late_is_better_than_never():
    assert best(at(18, 9), at(19, 9)) == [at(18, 9), at(19, 9)]


def test_the_clinician_who_asked_goes_before_an_earlier_hour():
    assert best(at(12, 8, LEE), at(12, 9, KIM)) == [at(12, 8, LEE), at(12, 9, KIM)]
    days = best(at(12, 8, LEE), at(12, 9), at(13, 8, LEE), at(13, 9), at(14, 9))
    assert days == [at(12, 9), at(13, 9), at(14, 9)]


def test_nobody_in_particular_asked():
    assert best(at(12, 8, LEE), at(13, 9, KIM), clinician=None) == [at(12, 8, LEE), at(13, 9)]


def test_nothing_free():
    assert best() == []
