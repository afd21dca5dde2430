"""When somebody who did not answer is called again."""

from datetime import UTC, date, datetime

import pytest

from scheduling.rules.calling import NextTry, next_try

WEEKDAYS = range(5)


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        (datetime(2026, 3, 2, 9, tzinfo=UTC), NextTry(date(2026, 3, 3), in_the_afternoon=True)),
        (datetime(2026, 3, 2, 15, tzinfo=UTC), NextTry(date(2026, 3, 4), in_the_afternoon=False)),
        (datetime(2026, 3, 6, 9, tzinfo=UTC), NextTry(date(2026, 3, 9), in_the_afternoon=True)),
    ],
    ids=["the next day, the other half", "not on a holiday", "not at the weekend"],
)
def test_the_next_day_that_somebody_is_there(last, expected):
    closed = [date(2026, 3, 3)] if last.hour == 15 else []
    assert next_try(last, workdays=WEEKDAYS, closed=closed) == expected


def test_where_nobody_answers_the_phone_at_all_it_is_tomorrow():
    found = next_try(datetime(2026, 3, 2, 9, tzinfo=UTC), workdays=[], closed=[])
    assert found.day == date(2026, 3, 3)
