"""One patient on the desk: what waits, since when, who tried, and which outcome can be undone."""

from datetime import UTC, datetime, timedelta

import pytest

from patients.models import Flag, SafetyAdvice, SafetyCall, SafetyOutcome
from patients.safety_desk.selectors.desk import Case

NOW = datetime(2026, 3, 2, 14, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def advice(key, level="urgent", minutes_ago=5):
    return SafetyAdvice(pk=key, level=level, given_at=NOW - minutes_ago * MINUTE)


def case(*rows, waits=(), calls=(), outcomes=(), due=NOW):
    flag = Flag(due_at=due, opened_at=NOW - 60 * MINUTE)
    return Case(flag, [*rows], [*calls], [*outcomes], set(waits), NOW)


def call(about, withdrawn=False):
    return SafetyCall(about_id=about, withdrawn_at=NOW if withdrawn else None)


def outcome(key, kind="well", corrects=None):
    return SafetyOutcome(pk=key, kind=kind, corrects_id=corrects)


def test_what_waits_is_apart_from_what_was_settled_and_waits_since_its_oldest_answer():
    rows = [advice(3, minutes_ago=2), advice(2, minutes_ago=9), advice(1, minutes_ago=50)]
    shown = case(*rows, waits={2, 3})
    assert [each.pk for each in shown.waiting] == [3, 2]
    assert [each.pk for each in shown.earlier] == [1]
    assert (shown.newest, shown.since) == (3, NOW - 9 * MINUTE)


def test_where_nothing_waits_there_is_nothing_newest_and_the_flags_own_time():
    shown = case(advice(1, level="emergency"))
    assert (shown.newest, shown.since) == (0, NOW - 60 * MINUTE)
    assert not shown.is_emergency


@pytest.mark.parametrize(("waits", "is_emergency"), [({1}, True), ({2}, False), ({1, 2}, True)])
def test_an_emergency_is_one_that_still_waits(waits, is_emergency):
    rows = advice(1, level="emergency"), advice(2)
    assert case(*rows, waits=waits).is_emergency is is_emergency


@pytest.mark.parametrize(("minutes", "overdue"), [(-1, True), (0, False), (1, False)])
def test_overdue_is_after_the_minute_and_not_in_it(minutes, overdue):
    assert case(due=NOW + minutes * MINUTE).is_overdue is overdue


def test_tries_are_calls_about_what_waits_that_were_not_taken_back():
    calls = [call(1), call(2), call(2, withdrawn=True), call(3)]
    shown = case(advice(3), advice(2), advice(1), waits={2, 3}, calls=calls)
    assert [each.about_id for each in shown.tries] == [2, 3]
    assert shown.last_call is calls[-1]
    assert case(calls=calls[:1], waits={2}).last_call is None


@pytest.mark.parametrize(
    ("outcomes", "latest"),
    [
        ([], None),
        ([outcome(1)], 1),
        ([outcome(1), outcome(2, "examined")], 2),
        ([outcome(1), outcome(2, "undone", corrects=1)], None),
        ([outcome(1), outcome(2), outcome(3, "undone", corrects=2)], 1),
    ],
)
def test_the_outcome_that_can_be_undone_is_the_last_that_was_not(outcomes, latest):
    found = case(outcomes=outcomes).latest_outcome
    assert (found.pk if found else None) == latest
