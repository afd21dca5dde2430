"""A date of birth as staff type it: every day that it may mean, and none that nobody can have been born on."""

from datetime import date, timedelta

import pytest
import time_machine

from patients.converters import DayConverter
from patients.finding.birth_dates import birth_dates
from patients.record.sealed_search import sealed, words_of

TODAY = date(2026, 3, 2)


def days(*written):
    return {date.fromisoformat(each) for each in written}


@pytest.mark.parametrize(
    ("words", "born"),
    [
        ("5/24/26", ["1926-05-24"]),
        ("2/24/26", ["2026-02-24"]),
        ("5/24/25", ["2025-05-24"]),
        ("5/24/68", ["1968-05-24"]),
        ("5/24/69", ["1969-05-24"]),
        ("2/29/28", ["1928-02-29"]),
    ],
)
def test_two_digits_of_a_year_are_of_the_past(words, born):
    assert birth_dates(words, TODAY) == days(*born)


@pytest.mark.parametrize(
    ("words", "born"),
    [
        ("2026-03-02", ["2026-03-02"]),
        ("2026-03-03", []),
        ("1900-01-01", ["1900-01-01"]),
        ("1899-12-31", []),
        ("1971-02-29", []),
        ("31/13/1971", []),
    ],
)
def test_nobody_is_born_tomorrow_or_before_1900(words, born):
    assert birth_dates(words, TODAY) == days(*born)


@pytest.mark.parametrize("words", ["", " ", "May", "Ortiz", "N-4001", "1971", "May 1971", "5/24"])
def test_what_is_no_date_means_no_day(words):
    assert birth_dates(words, TODAY) == set()


# ------------------------------------------------------------------ days and names in an address


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-03-02", date(2026, 3, 2)), ("1900-01-01", date(1900, 1, 1)), ("1899-12-31", None),
        ("2199-12-31", date(2199, 12, 31)), ("2200-01-01", None), ("2026-02-30", None),
    ],
)  # fmt: skip
def test_a_day_in_an_address_is_one_of_a_lifetime(written, day):
    if day is None:
        with pytest.raises(ValueError):  # noqa: PT011 - Django answers it with 404
            DayConverter().to_python(written)
    else:
        assert DayConverter().to_python(written) == day
        assert DayConverter().to_url(day) == written


@pytest.mark.parametrize(("hours", "words"), [(0, "Maria Ortiz"), (11, "Maria Ortiz"), (13, "")])
def test_a_name_that_was_sealed_is_read_within_a_shift(now, hours, words):
    value = sealed("Maria Ortiz")
    assert "Ortiz" not in value
    with time_machine.travel(now + timedelta(hours=hours), tick=False):
        assert words_of(value) == words


@pytest.mark.parametrize("value", ["", "Ortiz", "gAAAAA", "x" * 500])
def test_what_was_not_sealed_here_is_no_name(value):
    assert words_of(value) == ""
    assert sealed("") == ""
