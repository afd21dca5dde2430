"""Days on opioids are counted over every product; a look is due on day 28 and every 90 days after."""

from datetime import date, timedelta

import pytest

from pathway.rules import OpioidSettings, opioid_course

START = date(2026, 3, 2)
SETTINGS = OpioidSettings(note_day=7, review_day=28, review_every_days=90)


def after(days):
    """The calendar day that is the so-manieth of a course from START."""
    return START + timedelta(days=days - 1)


def course(*taken, today):
    return opioid_course(taken, today, SETTINGS)


@pytest.mark.parametrize(
    ("day", "noted", "reviews"),
    [(1, False, 0), (6, False, 0), (7, True, 0), (27, True, 0), (28, True, 1), (117, True, 1),
     (118, True, 2), (207, True, 2), (208, True, 3)],
)  # fmt: skip
def test_a_word_on_day_7_a_look_on_day_28_and_every_90_days_after(day, noted, reviews):
    found = course((START, None), today=after(day))
    assert (found.days, found.is_noted, found.reviews) == (day, noted, reviews)


def test_the_day_on_which_the_last_look_was_due():
    assert course((START, None), today=after(27)).review_since is None
    assert course((START, None), today=after(30)).review_since == after(28)
    assert course((START, None), today=after(120)).review_since == after(118)


def test_a_change_of_product_starts_no_new_count():
    found = course((START, after(14)), (after(15), None), today=after(28))
    assert (found.started_on, found.days) == (START, 28)
    overlapping = course((after(10), None), (START, after(20)), today=after(28))
    assert overlapping.started_on == START


@pytest.mark.parametrize(("gap", "days"), [(1, 28), (7, 28), (8, 6)])
def test_a_week_without_breaks_no_course_and_more_does(gap, days):
    found = course((START, after(14)), (after(15 + gap), None), today=after(28))
    assert found.days == days


def test_60_days_one_off_and_20_more_is_a_long_course_on_its_81st_day():
    found = course((START, after(60)), (after(62), None), today=after(81))
    assert (found.started_on, found.days, found.reviews) == (START, 81, 1)


def test_many_short_courses_with_a_day_between_are_one():
    week = [(after(first), after(first + 5)) for first in range(1, 84, 7)]
    assert course(*week, today=after(83)).days == 83


def test_who_takes_none_today_is_on_no_course():
    assert course(today=START) is None
    assert course((START, after(27)), today=after(28)) is None
    assert course((after(5), None), today=START) is None


def test_a_short_one_inside_a_long_one_changes_nothing():
    assert course((START, None), (after(5), after(8)), today=after(28)).started_on == START


def test_the_last_day_still_counts():
    assert course((START, after(28)), today=after(28)).reviews == 1


def test_two_that_began_on_one_day_count_by_the_one_that_goes_on():
    assert course((START, after(5)), (START, None), today=after(28)).days == 28
