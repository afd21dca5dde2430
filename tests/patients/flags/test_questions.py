"""Who is asked which safety question, and for how long after an injection."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from patients.flags.questions import (
    asks_about_injection,
    cannot_wait,
    last_injection,
    questions_for,
)
from patients.flags.safety_answers import answer_safety
from patients.record.actions.records import withdraw_record
from tests.factories import EpisodeFactory
from tests.patients.record_data import a_block, an_injection

pytestmark = pytest.mark.django_db

OF_THE_NECK = {"clumsy-hands", "unsteady-walking", "neck-worst-pain", "neck-artery-signs"}
AFTER_INJECTION = {f"after-injection-{sign}" for sign in ("numbness", "weakness", "headache", "fever")}  # fmt: skip
CAN_WAIT = {"morning-stiffness"}


def keys(questions):
    return [question.key for question in questions]


@pytest.mark.parametrize(("region", "of_the_neck"), [("back", False), ("neck", True), ("", True)])
def test_signs_of_the_neck_are_asked_of_a_neck_and_of_who_has_not_said_where_it_is(
    protocol, region, of_the_neck
):
    asked = keys(questions_for(protocol, region))
    assert "bowel" in asked
    assert set(asked) >= OF_THE_NECK if of_the_neck else OF_THE_NECK.isdisjoint(asked)
    assert AFTER_INJECTION.isdisjoint(asked)


def test_after_an_injection_four_more_are_asked_at_the_end(protocol):
    before, after = (
        keys(questions_for(protocol, "back", after_injection=each)) for each in (False, True)
    )
    assert set(after) - set(before) == AFTER_INJECTION
    assert after[: len(before)] == before


def test_what_may_wait_alone_and_beside_a_fact_is_the_only_one_left_out(protocol):
    asked = questions_for(protocol, "back")
    assert set(keys(asked)) - set(keys(cannot_wait(asked))) == CAN_WAIT


# ------------------------------------------------------------------ after an injection


@pytest.mark.parametrize(
    ("days_ago", "asks"), [(0, False), (1, True), (2, True), (3, True), (4, False)]
)
def test_from_the_day_after_for_three_days(episode, trial, dr_kim, now, days_ago, asks):
    injection = an_injection(episode, dr_kim, now, days_ago=days_ago)
    found = last_injection(episode, now.date())
    assert found == (injection if asks else None)
    assert asks_about_injection(episode, now.date()) == found


def test_of_two_the_later_one_is_asked_about(episode, trial, dr_kim, now):
    later = an_injection(episode, dr_kim, now, days_ago=1)
    an_injection(episode, dr_kim, now, days_ago=3)
    assert last_injection(episode, now.date()) == later


def test_a_block_a_mistake_and_another_complaints_injection_are_none(
    episode, trial, maria, dr_kim, now
):
    yesterday = now - timedelta(days=1)
    a_block(episode, dr_kim, yesterday)
    withdrawn = an_injection(episode, dr_kim, now, days_ago=1)
    withdraw_record(record=withdrawn, by=dr_kim, now=now)
    neck = EpisodeFactory(patient=maria, by=dr_kim, region="neck")
    an_injection(neck, dr_kim, now, days_ago=1)
    assert last_injection(episode, now.date()) is None


@pytest.mark.parametrize(
    ("hours_ago", "key", "asks"),
    [
        (0, "after-injection-fever", False),
        (24, "after-injection-fever", True),
        (0, "fever", True),
    ],
)
def test_once_a_day_until_the_short_questions_were_answered(
    episode, trial, protocol, maria, dr_kim, now, hours_ago, key, asks
):
    an_injection(episode, dr_kim, now, days_ago=2)
    answer_no(episode, protocol, key, now - timedelta(hours=hours_ago))
    assert bool(asks_about_injection(episode, now.date())) is asks


def test_answered_late_in_the_evening_it_was_her_day_and_not_the_next(
    episode, trial, protocol, dr_kim, now
):
    """Monday 21:00 in New York is Tuesday in UTC."""
    an_injection(episode, dr_kim, now, days_ago=1)
    answer_no(episode, protocol, "after-injection-fever", datetime(2026, 3, 3, 2, tzinfo=UTC))
    assert asks_about_injection(episode, now.date()) is None
    assert asks_about_injection(episode, now.date() + timedelta(days=1)) is not None


def answer_no(episode, protocol, key, at):
    question = protocol.safety_questions.get(key=key)
    answer_safety(
        episode=episode, yes_to=[], no_to=[question], submission_id=uuid4(),
        by=episode.patient.user, now=at,
    )  # fmt: skip
