"""How far back the patient looks, and when a week counts as a little higher."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from patients.portal.selectors.progress import PERIODS, USUAL, a_little_higher, period_named

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("key", "days"), [("4-weeks", 27), ("12-weeks", 83), ("all", 200), (None, 83), ("ages", 83)]
)
def test_a_period_ends_today_and_both_days_are_in_it(key, days):
    logged = {TODAY - timedelta(days=200): 5.0, TODAY: 4.0}
    assert period_named(key).span(logged, TODAY) == (TODAY - timedelta(days=days), TODAY)


def test_before_the_first_log_all_is_today():
    assert PERIODS[-1].span({}, TODAY) == (TODAY, TODAY)
    assert period_named("") is USUAL


@pytest.mark.parametrize(
    ("before", "last", "higher"),
    [(5.0, 5.1, True), (5.0, 5.04, False), (5.04, 5.05, True), (5.0, 4.0, False),
     (None, 6.0, False), (6.0, None, False)],
)  # fmt: skip
def test_a_little_higher_is_what_the_printed_numbers_say(before, last, higher):
    assert a_little_higher(SimpleNamespace(before=before, last=last)) is higher
