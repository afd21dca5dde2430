"""What VA allowed, held against visits that are about to be booked."""

from datetime import date

import pytest

from scheduling.rules.authorisation import Allowed, Problem, problems

MARCH = Allowed(date(2026, 3, 2), date(2026, 3, 31), visits=3, used=2)


def day(number, month=3):
    return date(2026, month, number)


@pytest.mark.parametrize(
    ("days", "found"),
    [
        ([day(2)], []),
        ([day(31)], []),
        ([day(1)], [Problem.TOO_EARLY]),
        ([day(1, 4)], [Problem.TOO_LATE]),
        ([day(10), day(11)], [Problem.NONE_LEFT]),
        ([day(1), day(1, 4)], [Problem.TOO_EARLY, Problem.TOO_LATE]),
        ([day(10), day(1, 4)], [Problem.TOO_LATE]),
    ],
)
def test_days_and_visits_left(days, found):
    assert problems(MARCH, days) == found


def test_before_va_has_answered():
    assert problems(None, [day(10)]) == [Problem.NOT_AUTHORISED]
