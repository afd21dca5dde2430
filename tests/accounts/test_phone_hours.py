"""When a clinic answers its phone: in words, and whether it does now."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Clinic


def clinic(**more):
    """In New York; unsaved."""
    hours = {"phone_weekdays": [0, 1, 2, 3, 4], "phone_opens": time(8), "phone_closes": time(17)}
    return Clinic(time_zone="America/New_York", **{**hours, **more})


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ([0, 1, 2, 3, 4], "Mon to Fri, 8 a.m. to 5 p.m."),
        ([4, 0, 2], "Mon, Wed, Fri, 8 a.m. to 5 p.m."),
        ([5], "Sat, 8 a.m. to 5 p.m."),
    ],
)
def test_in_words(days, words):
    assert clinic(phone_weekdays=days).phone_hours == words


@pytest.mark.parametrize(
    ("day", "hour", "is_open", "changes", "ahead"),
    [
        (2, 13, True, "Mon 17:00", 0),  # 08:00 in New York: it opens
        (2, 12, False, "Mon 08:00", 0),
        (2, 22, False, "Tue 08:00", 1),  # 17:00: it is closed
        (6, 22, False, "Mon 08:00", 3),  # Friday evening
        (8, 15, False, "Mon 08:00", 1),  # the Sunday on which the clocks change
    ],
)
def test_now(day, hour, is_open, changes, ahead):
    opening = clinic().opening(datetime(2026, 3, day, hour, tzinfo=UTC))
    assert (opening.is_open, f"{opening.changes_at:%a %H:%M}") == (is_open, changes)
    assert opening.days_ahead == ahead


def test_a_week_ahead_where_it_opens_once_a_week():
    monday_evening = datetime(2026, 3, 2, 23, tzinfo=UTC)
    opening = clinic(phone_weekdays=[0]).opening(monday_evening)
    assert opening.days_ahead == 7
    assert opening.changes_at - monday_evening < timedelta(days=7)


@pytest.mark.parametrize(
    ("closed_on", "changes", "ahead"),
    [
        (["2026-03-02"], "Tue 03 08:00", 1),
        (["2026-03-02", "2026-03-03", "2026-03-04"], "Thu 05 08:00", 3),
        (["2026-03-07"], "Mon 02 17:00", 0),  # a Saturday
    ],
)
def test_on_holidays_nobody_answers(closed_on, changes, ahead):
    monday = datetime(2026, 3, 2, 15, tzinfo=UTC)
    opening = clinic(closed_on=list(map(date.fromisoformat, closed_on))).opening(monday)
    assert f"{opening.changes_at:%a %d %H:%M}" == changes
    assert opening.days_ahead == ahead


def test_it_is_found_when_every_monday_of_a_month_is_a_holiday_where_it_opens_once_a_week():
    mondays = [date(2026, 3, 2) + timedelta(weeks=week) for week in range(5)]
    opening = clinic(phone_weekdays=[0], closed_on=mondays).opening(
        datetime(2026, 3, 2, 15, tzinfo=UTC)
    )
    assert f"{opening.changes_at:%b %d %H:%M}" == "Apr 06 08:00"


@pytest.mark.parametrize(
    ("at", "is_open", "changes"),
    [
        # In the night on which the clocks go forward there is no half past two.
        ("2026-03-08T06:30", False, "2026-03-08 02:30"),
        ("2026-03-08T07:30", True, "2026-03-08 04:00"),  # half past three, summer time
        # In the night on which they go back, half past one comes twice: both are before half past two.
        ("2026-11-01T05:30", False, "2026-11-01 02:30"),
        ("2026-11-01T06:30", False, "2026-11-01 02:30"),
    ],
)
def test_nights_on_which_the_clocks_change(at, is_open, changes):
    night = clinic(phone_weekdays=[6], phone_opens=time(2, 30), phone_closes=time(4))
    opening = night.opening(datetime.fromisoformat(f"{at}+00:00"))
    assert (opening.is_open, f"{opening.changes_at:%Y-%m-%d %H:%M}") == (is_open, changes)


def test_closed_all_week_nothing_is_promised():
    closed = clinic(phone_weekdays=[])
    opening = closed.opening(datetime(2026, 3, 2, 15, tzinfo=UTC))
    assert (opening.is_open, opening.changes_at) == (False, None)
    assert closed.phone_hours == "closed for now"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"phone_closes": time(7)}, "clinic_phone_opens_then_closes"),
        ({"phone_weekdays": [7]}, "clinic_phone_weekdays_known"),
        ({"closed_on": [date(2026, 3, 2)] * 61}, "clinic_closed_on_few_days"),
    ],
)
def test_the_table_refuses_hours_that_cannot_be(northside, wrong, name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Clinic.objects.filter(pk=northside.pk).update(**wrong)
