"""Which reason a flag speaks of, what is news beside it, and since when it waits."""

from datetime import timedelta

import pytest

from patients.flags.leading import in_order, leading, since_then, waits_since
from patients.models import Kind, Severity

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def flag(found, fold, now):
    """A plateau; function worse an hour later; the plateau again, of the next day; too few logs last."""
    fold(found(), at=now)
    fold(found(Kind.FUNCTION_WORSE), at=now + HOUR)
    fold(found(Kind.FUNCTION_WORSE, since=now.date() + timedelta(days=1)), at=now + 2 * HOUR)
    fold(found(since=now.date() + timedelta(days=1)), at=now + 3 * HOUR)
    return fold(found(Kind.SILENT, Severity.CHECK_IN), at=now + 4 * HOUR)


def test_the_newest_of_the_kind_that_names_it_leads(flag, now):
    lead = leading(flag)
    assert (lead.kind, lead.found_at) == (Kind.FUNCTION_WORSE, now + 2 * HOUR)
    assert waits_since(flag) == now + 2 * HOUR


def test_only_what_came_after_it_is_news(flag):
    assert [each.kind for each in since_then(flag)] == [Kind.PLATEAU, Kind.SILENT]


def test_what_was_found_at_once_keeps_the_order_in_which_it_was_written(found, fold, now):
    flag = fold(found(Kind.SILENT, Severity.CHECK_IN), found(), at=now)
    rows = in_order(flag)
    assert [each.pk for each in rows] == sorted(each.pk for each in rows)
    assert [each.kind for each in since_then(flag)] == [Kind.SILENT]


def test_a_safety_answer_waits_from_the_first_yes_on(found, fold, now):
    fold(found(), at=now)
    for hours in (1, 2):
        yes = found(Kind.SAFETY, Severity.URGENT, rule=f"safety-answer {hours}")
        flag = fold(yes, at=now + hours * HOUR)
    assert leading(flag).found_at == now + 2 * HOUR
    assert waits_since(flag) == now + HOUR
