"""One row of the worklist: its reasons counted once, and what came while it slept."""

from datetime import UTC, datetime, timedelta

import pytest

from pathway.models import Condition
from patients.models import Episode, Finding, Flag
from patients.worklist.selectors.worklist import WorklistRow

NOW = datetime(2026, 3, 2, 14, tzinfo=UTC)
HOUR = timedelta(hours=1)


def row(flag=None, findings=(), since_then=(), is_snoozed=False):
    return WorklistRow(
        flag=flag or Flag(severity=2), age=54, day=56, findings=[*findings],
        since_then=[*since_then], waits_since=NOW, live=None, spark=None, is_overdue=False,
        is_snoozed=is_snoozed,
    )  # fmt: skip


@pytest.mark.parametrize(("before", "news", "more"), [(0, 0, 0), (2, 0, 2), (1, 2, 1), (0, 3, 0)])
def test_reasons_of_before_are_counted_and_news_is_told_in_words(before, news, more):
    """One leads; those before it are a number, those after it are named."""
    later = [Finding() for _each in range(news)]
    findings = [*(Finding() for _each in range(before + 1)), *later]
    assert row(findings=findings, since_then=later).more_reasons == more


@pytest.mark.parametrize(
    ("snoozed_hours_ago", "is_snoozed", "told"),
    [(None, False, []), (3, False, [2, 1]), (3, True, []), (2, False, [1]), (1, False, [])],
)
def test_awake_again_it_says_what_came_since_it_was_snoozed(snoozed_hours_ago, is_snoozed, told):
    findings = [Finding(pk=hours, found_at=NOW - hours * HOUR) for hours in (4, 2, 1)]
    at = None if snoozed_hours_ago is None else NOW - snoozed_hours_ago * HOUR
    flag = Flag(severity=2, last_snoozed_at=at)
    shown = row(flag, findings, is_snoozed=is_snoozed)
    assert [each.pk for each in shown.since_snoozed] == told


@pytest.mark.parametrize(("owner", "returned"), [(None, NOW), (7, None)])
def test_time_that_ran_out_is_said_while_nobody_owns_it(owner, returned):
    assert row(Flag(severity=2, owner_id=owner, owned_until=NOW)).returned_at == returned


@pytest.mark.parametrize(
    ("severity", "holds", "can"), [(1, False, True), (2, False, True), (3, False, False), (2, True, False)]
)  # fmt: skip
def test_what_is_urgent_or_a_safety_answer_cannot_wait(severity, holds, can):
    assert row(Flag(severity=severity, holds_rules=holds)).can_snooze is can


def test_a_complaint_has_its_name_or_is_said_to_have_none_yet():
    described = Episode(condition=Condition(title="Sciatica"), region="back")
    assert row(Flag(severity=2, episode=described)).complaint == "Sciatica, Back"
    assert row(Flag(severity=2, episode=Episode())).complaint == "Not described yet"
