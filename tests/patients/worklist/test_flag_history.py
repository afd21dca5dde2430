"""The story of a flag, as its history tells it."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from patients.flags.actions import request_review
from patients.flags.ownership import acknowledge
from patients.flags.safety_answers import answer_safety
from patients.models import Decision, Flag
from patients.review.sweep import review_due_trials
from patients.worklist.actions.assignment import (
    assign,
    give_back,
    return_lapsed_flags,
    tell_next_contacts,
)
from patients.worklist.actions.decide import correct, decide
from patients.worklist.actions.effects import Choice
from patients.worklist.actions.snooze import discuss, snooze, stop_discussing, wake
from patients.worklist.actions.undo_decision import undo_decision
from patients.worklist.selectors.flag_history import flag_history
from tests.factories import StaffFactory, keep_diary
from tests.stage import staged

pytestmark = pytest.mark.django_db

LEVEL = [6, 6, 5, 6, 7, 6, 6] * 8
HOUR = timedelta(hours=1)


@staged
def flag(trial, episode, now):
    keep_diary(episode, LEVEL, now.date())
    review_due_trials(now=now)
    return Flag.objects.get()


@staged
def dr_lee(northside):
    return StaffFactory(clinic=northside, role="clinician", name="Dr. Lee")


@pytest.fixture
def desk(dr_kim, sign_in):
    return sign_in(dr_kim)


def quiet_for_days_and_back(episode, now):
    keep_diary(episode, [6] * 40, (now - timedelta(days=12)).date())
    review_due_trials(now=now)
    keep_diary(episode, [4] * 9, now.date())
    review_due_trials(now=now)


def history(flag):
    decisions = Decision.objects.filter(flag__episode=flag.episode).order_by("decided_at", "pk")
    return flag_history(flag, decisions)


def told(flag):
    return [(str(each.what), each.who) for each in history(flag)]


def test_from_opened_to_decided(flag, episode, protocol, dr_kim, dr_lee, now):
    acknowledge(flag=flag, by=dr_kim, now=now + HOUR)
    assign(flags=[flag], to=dr_lee.membership_as(), by=dr_kim, now=now + 2 * HOUR)
    discuss(flag=flag, note="Second opinion?", by=dr_lee, now=now + 3 * HOUR)
    request_review(episode=episode, reason="", protocol=protocol, now=now + 4 * HOUR)
    choice = Choice(kind="reassess", reason="other")
    decision = decide(flag=flag, choice=choice, by=dr_lee, now=now + 5 * HOUR)
    correct(decision=decision, note="more", by=dr_lee, now=now + 6 * HOUR)
    assert told(flag) == [
        ("Opened", ""),
        ("Acknowledged", "Dr. Kim"),
        ("Assigned", "Dr. Kim"),
        ("Kept for the weekly meeting", "Dr. Lee"),
        ("One more reason", ""),
        ("Decided", "Dr. Lee"),
        ("Corrected", "Dr. Lee"),
    ]


def test_the_story_stands_on_the_evidence_page(flag, dr_kim, dr_lee, desk, now):
    acknowledge(flag=flag, by=dr_kim, now=now)
    discuss(flag=flag, note="Second opinion?", by=dr_lee, now=now + HOUR)
    choice = Choice(kind="step_up", reason="not_improving", to_level=3)
    decision = decide(flag=flag, choice=choice, by=dr_kim, now=now + 2 * HOUR)
    undo_decision(decision=decision, by=dr_lee, now=now + 3 * HOUR)
    page = desk.get(reverse("flag", args=[flag.pk])).content.decode()
    story = page[page.index("What happened to this flag") :]
    told = " ".join(re.sub(r"<[^>]+>", " ", story[: story.index("</details>")]).split())
    for words in (
        "Opened: Improvement has levelled off", "Acknowledged, Dr. Kim",
        "Kept for the weekly meeting, Dr. Lee: Second opinion?",
        "Mar 2, 2026, 11:00 Decided, Dr. Kim: Step up (Not improving)",
        "Undone, Dr. Lee: Step up", "Open again",
    ):  # fmt: skip
        assert words in told, words


def test_a_decision_about_another_flag_is_not_in_the_story(flag, episode, protocol, dr_kim, now):
    choice = Choice(kind="reassess", reason="other")
    decide(flag=flag, choice=choice, by=dr_kim, now=now)
    later = now + HOUR
    other = request_review(episode=episode, reason="", protocol=protocol, now=later)
    assert "Decided" not in [what for what, _who in told(other)]


def test_time_that_ran_out_and_what_was_given_back(flag, dr_kim, now):
    owned = acknowledge(flag=flag, by=dr_kim, now=now)
    return_lapsed_flags(now=owned.owned_until)
    acknowledge(flag=flag, by=dr_kim, now=owned.owned_until + HOUR)
    give_back(flags=[flag])
    assert told(flag)[1:] == [
        ("Acknowledged", "Dr. Kim"),
        ("Time ran out, back with the team", "Dr. Kim"),
        ("Acknowledged", "Dr. Kim"),
        ("Given back to the team", "Dr. Kim"),
    ]


def test_sleep_that_was_broken_by_something_worse(flag, episode, dr_kim, now):
    until = now + timedelta(days=40)
    snooze(flag=flag, until=until, reason="Visit", by=dr_kim, now=now)
    later = now + timedelta(days=20)
    keep_diary(episode, [8, 9, 9, 8, 9] * 4, later.date())
    review_due_trials(now=later)
    story = history(flag)
    assert [str(each.what) for each in story] == [
        "Opened", "Snoozed", "One more reason", "Woken early by something worse",
    ]  # fmt: skip
    assert story[1].words == "2026-04-11: Visit"


def test_sleep_and_discussion_that_were_taken_back(flag, dr_kim, now):
    until = now + timedelta(days=3)
    snooze(flag=flag, until=until, reason="x", by=dr_kim, now=now)
    wake(flag=flag)
    discuss(flag=flag, note="", by=dr_kim, now=now)
    stop_discussing(flag=flag)
    assert sorted(told(flag)[1:]) == [
        ("Kept for the weekly meeting", "Dr. Kim"),
        ("Snoozed", "Dr. Kim"),
        ("Taken off the weekly meeting's list", ""),
        ("Woken", "Dr. Kim"),
    ]


def test_a_next_contact_and_a_flag_that_is_open_again(trial, episode, maria, protocol, dr_kim, now):
    question = protocol.safety_questions.filter(on_every_log=True)[0]
    answer_safety(episode=episode, yes_to=[question], submission_id=uuid4(), by=maria.user, now=now)
    flag = Flag.objects.get()
    tell_next_contacts(now=now + HOUR)
    Flag.objects.update(closed_at=now + HOUR, closing="decided")
    Flag.objects.update(closed_at=None, closing="")
    assert [what for what, _who in told(flag)] == ["Opened", "Next contact told", "Open again"]


def test_a_withdrawal_is_stated(trial, episode, now):
    quiet_for_days_and_back(episode, now)
    flag = Flag.objects.get(closing="withdrawn")
    assert ("Withdrawn", "") in told(flag)


def test_it_takes_the_same_queries_however_long(flag, dr_kim, now, django_assert_num_queries):
    for hours in range(6):
        acknowledge(flag=flag, by=dr_kim, now=now + hours * HOUR)
    flag = Flag.objects.prefetch_related("findings").get()
    with django_assert_num_queries(1):
        assert len(flag_history(flag, [])) == 7


def test_snoozed_in_the_evening_the_day_is_the_clinics(found, fold, dr_kim, now):
    """Monday 21:00 in New York is Tuesday in UTC: seven days on it is Monday again."""
    flag = fold(found(), at=now)
    evening = now + timedelta(hours=12)
    week = evening + timedelta(days=7)
    snooze(flag=flag, until=week, reason="Visit", by=dr_kim, now=evening)
    with timezone.override("America/New_York"):
        said = [each.words for each in flag_history(flag, []) if str(each.what) == "Snoozed"]
    assert said == ["2026-03-09: Visit"]
