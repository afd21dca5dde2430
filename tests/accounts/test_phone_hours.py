"""When a clinic answers its phone: in words, and whether it does now."""

from datetime import UTC, datetime, time, timedelta

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


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"phone_closes": time(7)}, "clinic_phone_opens_then_closes"),
        ({"phone_weekdays": [7]}, "clinic_phone_weekdays_known"),
    ],
)
def test_the_table_refuses_hours_that_cannot_be(northside, wrong, name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Clinic.objects.filter(pk=northside.pk).update(**wrong)
