"""A free time goes to the first in line whom it suits, and nobody gets two."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from scheduling.rules.hours import Slot
from scheduling.rules.waiting import Wish, fits, matched

NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 3, 2, 14, tzinfo=UTC)  # Monday, nine in the morning
HALF = timedelta(minutes=30)
ANY = Wish(entry=1, notice=timedelta(hours=24))


def slot(day, hour, clinician=1, room=4):
    starts = datetime(2026, 3, day, hour, tzinfo=NEW_YORK).astimezone(UTC)
    return Slot(starts, starts + HALF, clinician, room)


WEDNESDAY_TEN = slot(4, 10)


@pytest.mark.parametrize(
    ("wish", "suits"),
    [
        ({}, True),
        ({"notice": timedelta(hours=49)}, True),
        ({"notice": timedelta(hours=50)}, False),
        ({"weekdays": frozenset([2])}, True),
        ({"weekdays": frozenset([0, 1, 3])}, False),
        ({"from_time": time(10)}, True),
        ({"from_time": time(10, 1)}, False),
        ({"until_time": time(10, 30)}, True),
        ({"until_time": time(10, 29)}, False),
        ({"first_on": date(2026, 3, 4), "last_on": date(2026, 3, 4)}, True),
        ({"first_on": date(2026, 3, 5)}, False),
        ({"last_on": date(2026, 3, 3)}, False),
        ({"clinician": 1}, True),
        ({"clinician": 2}, False),
        ({"before": WEDNESDAY_TEN.starts}, False),
        ({"before": WEDNESDAY_TEN.ends}, True),
        ({"had": frozenset([WEDNESDAY_TEN.key])}, False),
    ],
)
def test_what_they_asked_for(wish, suits):
    assert fits(replace(ANY, **wish), WEDNESDAY_TEN, NOW, NEW_YORK) is suits


def given(line, slots):
    return matched(line, slots, now=NOW, zone=NEW_YORK)


def test_the_first_in_line_has_the_first_choice():
    early, late = slot(4, 9), slot(4, 11)
    line = [replace(ANY, entry=7), replace(ANY, entry=8)]
    assert given(line, [late, early]) == [(7, early), (8, late)]


def test_whom_it_does_not_suit_lets_the_next_go_first():
    line = [replace(ANY, entry=7, clinician=2), replace(ANY, entry=8)]
    assert given(line, [WEDNESDAY_TEN]) == [(8, WEDNESDAY_TEN)]


def test_nobody_gets_two():
    assert len(given([ANY], [slot(4, 9), slot(4, 11)])) == 1


@pytest.mark.parametrize(("clinician", "room"), [(1, 5), (2, 4)])
def test_two_times_that_clash_are_not_both_given_away(clinician, room):
    clash = replace(WEDNESDAY_TEN, clinician=clinician, room=room)
    line = [replace(ANY, entry=7), replace(ANY, entry=8)]
    assert len(given(line, [WEDNESDAY_TEN, clash])) == 1


def test_two_visits_without_a_room_do_not_clash():
    by_phone = [replace(WEDNESDAY_TEN, clinician=one, room=None) for one in (1, 2)]
    line = [replace(ANY, entry=7), replace(ANY, entry=8)]
    assert len(given(line, by_phone)) == 2
