"""The cells of a column of days decide together how they are meant, or somebody is asked."""

from datetime import date
from io import BytesIO

import pytest

from patients.diary_file import Bad, Horizon, look_into, read_header
from tests.patients.diaries import judged

BORN, TODAY = date(1972, 5, 4), date(2026, 3, 10)


def column(*cells, name="date"):
    rows = "".join(f"{cell},4\n" for cell in cells)
    stream = BytesIO(f"{name},pain\n{rows}".encode())
    return look_into(stream, read_header(stream), Horizon(BORN, TODAY)).days[name]


def test_one_day_that_can_be_meant_in_one_way_decides_for_all():
    assert column("03/02/2026", "04/02/2026", "25/02/2026").order == "dmy"
    assert column("02/03/2026", "02/04/2026", "02/25/2026").order == "mdy"


def test_the_day_that_decides_may_stand_at_the_very_end():
    assert column(*["01/02/2026"] * 3_000, "25/02/2026").order == "dmy"


def test_nobody_wrote_a_diary_of_tomorrow_or_before_birth():
    """3 April has not come yet, so it is 4 March."""
    assert column("03/04/2026", "01/02/2026").order == "mdy"
    assert column("04/05/1972", "07/08/1980").order == "dmy"
    assert column("05/04/1972", "04/05/1972").asks


def test_where_nothing_decides_three_lines_are_shown_in_both_ways():
    found = column("01/02/2026", "02/02/2026", "03/01/2026", "01/03/2026")
    assert found.asks
    assert found.orders == ["dmy", "mdy"]
    assert found.lines == [
        ["01/02/2026", "2026-02-01", "2026-01-02", ""],
        ["03/01/2026", "2026-01-03", "2026-03-01", ""],
        ["01/03/2026", "2026-03-01", "2026-01-03", ""],
    ]


def test_days_that_are_the_same_in_both_ways_ask_nothing():
    assert not column("01/01/2026", "02/02/2026").asks


def test_a_file_by_two_hands_is_asked_about():
    """One wrote the day first, the other the month: no majority decides what a third line means."""
    assert column("25/02/2026", "26/02/2026", "02/27/2026", "01/02/2026").asks


def test_a_broken_day_decides_nothing():
    assert column("31/31/2026", "25/02/2026", "01/02/2026").order == "dmy"


def test_years_of_two_digits_may_stand_first():
    assert column("26-02-25", "25-12-31", "25-12-29").order == "ymd"
    assert column("25-02-26", "24-02-26", "13-02-26").order == "dmy"


@pytest.mark.parametrize(("order", "day"), [("dmy", date(2026, 2, 1)), ("mdy", date(2026, 1, 2))])
def test_the_answer_counts(order, day):
    (report,) = judged("date,pain\n01/02/2026,4\n", day_order=order)
    assert report.local_date == day


def test_without_an_answer_the_line_is_named():
    (outcome,) = judged("date,pain\n01/02/2026,4\n")
    why = "“01/02/2026” can be read in two ways: write the day as 2019-11-30."
    assert outcome == Bad(2, why)


def test_two_logs_of_a_day_without_a_time_ask_for_the_order_of_the_lines():
    twice = column("2026-02-25", "2026-02-25", "2026-02-26")
    assert (twice.several, twice.newest_first) == (True, False)
    assert column("2026-02-26", "2026-02-25", "2026-02-25").newest_first is True
    assert column("2026-02-25", "2026-02-26", "2026-02-25").newest_first is None
    assert not column("2026-02-25 08:00", "2026-02-25 20:00").several
    assert not column("2026-02-25", "2026-02-26").several


def test_where_the_newest_line_stands_first_it_is_the_last_of_its_day():
    first, second = judged("date,pain\n2026-02-25,4\n2026-02-25,6\n", newest_first=True)
    assert first.logged_at > second.logged_at
