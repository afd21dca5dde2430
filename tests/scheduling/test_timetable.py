"""A week of one clinician as a table: a row for each time of the clock, whatever the clocks do."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from scheduling.rules.hours import Slot
from scheduling.visits.timetable import timetable

NEW_YORK = ZoneInfo("America/New_York")
HALF_HOUR = timedelta(minutes=30)


def slot(day, hour, minute=0, clinician=1):
    """At this UTC time of March 2026."""
    starts = datetime(2026, 3, day, hour, minute, tzinfo=UTC)
    return Slot(starts=starts, ends=starts + HALF_HOUR, clinician=clinician, room=1)


def marks(table):
    """Each row: its time, and of each day "free", "taken" or nothing."""

    def mark(cell):
        return "" if cell.slot is None else "free" if cell.is_free else "taken"

    return [(row.at.isoformat("minutes"), *map(mark, row.cells)) for row in table.rows]


def test_days_and_times_that_are_offered_have_a_column_and_a_row_and_others_none():
    monday, monday_late, wednesday = slot(2, 14), slot(2, 15), slot(4, 15)
    table = timetable([wednesday, monday_late, monday], [monday, wednesday], NEW_YORK)
    assert table.days == [date(2026, 3, 2), date(2026, 3, 4)]
    assert marks(table) == [("09:00", "free", ""), ("10:00", "taken", "free")]


def test_nine_in_the_morning_is_one_row_on_both_sides_of_the_change_of_clocks():
    before, after = slot(6, 14), slot(9, 13)
    table = timetable([before, after], [before], NEW_YORK)
    assert marks(table) == [("09:00", "free", "taken")]
    assert [row.at for row in table.rows] == [time(9)]


def test_an_evening_belongs_to_the_clinics_day():
    table = timetable([slot(3, 1)], [], NEW_YORK)
    assert table.days == [date(2026, 3, 2)]
    assert marks(table) == [("20:00", "taken")]


def test_a_free_time_that_is_not_offered_is_nowhere():
    table = timetable([slot(2, 14)], [slot(2, 14), slot(2, 16)], NEW_YORK)
    assert marks(table) == [("09:00", "free")]


def test_without_hours_the_table_is_empty():
    table = timetable([], [], NEW_YORK)
    assert (table.days, table.rows) == ([], [])
