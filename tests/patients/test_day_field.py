"""A day in a form: inside of what is possible, and of what the form knows."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django import forms
from django.utils import timezone

from patients.bounds import EITHER, HAPPENED, LATEST, PLANNED
from patients.fields import DayField

NOON = datetime(2026, 3, 2, 17, tzinfo=UTC)  # 12:00 in New York
EVENING = datetime(2026, 3, 3, 3, tzinfo=UTC)  # still Monday in New York


def form_of(window, narrower=None, **options):
    class Form(forms.Form):
        day = DayField(window=window, **options)

    def bound(text, at=NOON):
        with time_machine.travel(at, tick=False), timezone.override("America/New_York"):
            form = Form({"day": text})
            form.fields["day"].within(**narrower or {})
            form.full_clean()
            return form.errors.get("day", [None])[0]

    return bound


@pytest.mark.parametrize(
    ("day", "error"),
    [
        ("2026-03-02", None),
        ("2026-03-03", "Give a day that is not in the future."),
        ("1900-01-01", None),
        ("1899-12-31", "Give a day that is not before Jan. 1, 1900."),
        ("", "This field is required."),
        ("yesterday", "Enter a valid date."),
        ("2026-02-30", "Enter a valid date."),
        ("0001-01-01", "Give a day that is not before Jan. 1, 1900."),
    ],
)
def test_what_happened_lies_between_1900_and_today(day, error):
    assert form_of(HAPPENED)(day) == error


def test_today_is_the_readers_day():
    check = form_of(HAPPENED)
    assert check("2026-03-02", at=EVENING) is None
    assert check("2026-03-03", at=EVENING) == "Give a day that is not in the future."


@pytest.mark.parametrize(
    ("day", "error"),
    [
        ("2027-12-31", None),
        ("2028-01-01", "Give a day that is not after Dec. 31, 2027."),
        ("2000-01-01", None),
        ("1999-12-31", "Give a day that is not before Jan. 1, 2000."),
    ],
)
def test_what_is_planned_lies_before_the_end_of_next_year(day, error):
    assert form_of(PLANNED)(day) == error
    assert form_of(EITHER)(day) == (None if day == "1999-12-31" else error)


@pytest.mark.parametrize(
    ("day", "error"),
    [
        ("1971-05-04", None),
        ("1971-05-03", "Give a day that is not before May 4, 1971."),
        ("2026-02-01", None),
        ("2026-02-02", "Give a day that is not in the future."),
    ],
)
def test_a_form_that_knows_more_is_narrower(day, error):
    within = {"first": date(1971, 5, 4), "last": date(2026, 2, 1)}
    assert form_of(HAPPENED, within)(day) == error


def test_nobody_makes_it_wider():
    assert form_of(HAPPENED, {"first": date(1800, 1, 1)})("1899-12-31").startswith("Give a day")


def test_a_form_says_it_in_its_own_words():
    own = {"too_early": "Before you were born.", "too_late": "That day is still to come."}
    check = form_of(HAPPENED, {"first": date(1971, 5, 4)}, error_messages=own)
    assert check("1970-01-01") == "Before you were born."
    assert check("2026-03-03") == "That day is still to come."


def test_the_browser_is_told_the_same_bounds():
    class Form(forms.Form):
        day = DayField(window=PLANNED)

    with time_machine.travel(NOON, tick=False), timezone.override("America/New_York"):
        drawn = str(Form()["day"])
    assert 'min="2000-01-01"' in drawn
    assert 'max="2027-12-31"' in drawn


@pytest.mark.parametrize(
    ("window", "day", "keeps"),
    [
        (HAPPENED, date(1900, 1, 1), True),
        (HAPPENED, date(1899, 12, 31), False),
        (HAPPENED, LATEST, True),
        (HAPPENED, date(2200, 1, 1), False),
        (PLANNED, date(1999, 12, 31), False),
        (EITHER, date(1999, 12, 31), True),
    ],
)
def test_a_table_keeps_what_a_lifetime_can_hold(window, day, keeps):
    assert window.keeps(day) is keeps
