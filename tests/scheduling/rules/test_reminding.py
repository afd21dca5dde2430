"""So many hours before, never in the patient's night, and only what has come due since the booking."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.rules.reminding import IN_TIME, due_at, is_night, to_remind

NEW_YORK = ZoneInfo("America/New_York")
USUAL = (72, 24, 2)
YEAR = datetime(2026, 1, 1, tzinfo=UTC)


def at(day, hour, minute=0, month=3):
    return datetime(2026, month, day, hour, minute, tzinfo=NEW_YORK)


@pytest.mark.parametrize(
    ("starts", "hours", "due"),
    [
        (at(12, 15), 72, at(9, 15)),
        (at(12, 15), 2, at(12, 13)),
        (at(12, 9, 30), 2, at(12, 8)),  # 7:30 is night: at the end of it
        (at(12, 8, 30), 2, at(11, 20)),  # 8:00 would be too late: the evening before
        (at(12, 23), 24, at(12, 8)),  # 23:00 is night: the next morning
        (at(12, 8), 24, at(11, 8)),
    ],
)
def test_so_many_hours_before_or_at_the_next_decent_hour(starts, hours, due):
    assert due_at(starts, hours, NEW_YORK) == due


def test_hours_are_real_hours_when_the_clocks_change():
    """In the night of 8 March the clock jumps from two to three."""
    assert due_at(at(8, 15), 24, NEW_YORK) == at(7, 14)


@given(
    st.integers(0, 364 * 24).map(lambda hours: YEAR + timedelta(hours=hours)),
    st.sampled_from([168, 72, 48, 24, 2]),
    st.sampled_from(["America/New_York", "America/Phoenix", "Asia/Kolkata", "Pacific/Chatham"]),
)
def test_never_in_the_night_and_never_after_the_visit_has_begun(starts, hours, zone):
    due = due_at(starts, hours, ZoneInfo(zone))
    assert not is_night(due, ZoneInfo(zone))
    assert due <= starts - IN_TIME


def now_due(now, *, booked_at=None, starts=None):
    booked = booked_at or at(1, 9)
    return to_remind(starts or at(12, 15), USUAL, booked_at=booked, now=now, zone=NEW_YORK)


def test_each_when_its_time_has_come():
    assert now_due(at(9, 14, 59)).send is None
    assert now_due(at(9, 15)).send == 72
    assert now_due(at(11, 15)).send == 24
    assert now_due(at(12, 13)).send == 2


def test_after_an_outage_only_the_last_is_sent_and_the_others_are_named():
    assert now_due(at(12, 13, 30)).overtaken == (24, 72)


def test_a_visit_booked_yesterday_is_not_reminded_of_for_three_days_ago():
    assert now_due(at(11, 12), booked_at=at(11, 11)).send is None
    assert now_due(at(11, 15), booked_at=at(11, 11)) == now_due(at(11, 15, 1), booked_at=at(11, 11))
    assert now_due(at(11, 15), booked_at=at(11, 11)).overtaken == ()


@pytest.mark.parametrize("now", [at(11, 21), at(12, 7, 59), at(11, 23, 30)])
def test_nothing_leaves_in_the_night(now):
    assert now_due(now).send is None


def test_the_last_hour_is_too_late():
    assert now_due(at(12, 14, 1)).send is None
    assert now_due(at(12, 14)).send == 2


def test_no_reminders_at_all():
    nothing = to_remind(at(12, 15), (), booked_at=at(1, 9), now=at(12, 13), zone=NEW_YORK)
    assert (nothing.send, nothing.overtaken) == (None, ())


def test_night_is_by_the_patients_clock():
    noon_in_new_york = at(11, 12)
    assert not is_night(noon_in_new_york, NEW_YORK)
    assert is_night(noon_in_new_york, ZoneInfo("Asia/Kolkata"))  # 21:30 there
