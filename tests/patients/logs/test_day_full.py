"""Somebody logs again and again on one day: at some point we say calmly that it is enough."""

from datetime import timedelta

import pytest
from django.urls import reverse

from pathway.models import SafetyLevel
from patients.logs.actions.log import MOST_A_DAY, DayFull, withdraw_log
from patients.models import Flag, SafetyAnswer, SymptomLog
from tests.factories import LogFactory
from tests.pages import drawn

pytestmark = pytest.mark.django_db


@pytest.fixture
def full(episode):
    """Maria has logged as often as one may; the last log counts as the day's."""
    return [LogFactory(episode=episode) for _log in range(MOST_A_DAY)]


@pytest.fixture
def phone(sign_in, maria):
    return sign_in(maria.user)


def rendered(phone):
    form = phone.get(reverse("log")).context["form"]
    return {"submission_id": str(form["submission_id"].value()), "average_pain": "7"}


def test_one_more_is_answered_calmly_with_what_was_said(full, phone):
    page = phone.post(reverse("log"), {**rendered(phone), "note": "Bad night"})

    assert page.status_code == 409
    words = drawn(page)
    assert "That is enough for today" in words
    assert "You have logged 20 times today." in words
    assert "This log was not saved." in words
    assert "Bad night" in words
    assert "555-0100" in words
    assert SymptomLog.objects.count() == MOST_A_DAY


def test_a_safety_answer_in_it_is_heard_all_the_same(full, phone, protocol, episode):
    question = protocol.safety_questions.filter(
        level=SafetyLevel.EMERGENCY, on_every_log=True
    ).first()

    page = phone.post(reverse("log"), {**rendered(phone), "alarms": [question.key]})

    assert page.status_code == 409
    assert SafetyAnswer.objects.filter(question=question, answer=True).exists()
    assert Flag.objects.get().holds_rules
    assert page.context["advice"]


def test_a_retry_of_the_last_one_is_shown_as_saved(full, phone):
    form = {"submission_id": str(full[-1].submission_id), "average_pain": "6"}

    answer = phone.post(reverse("log"), form)

    assert answer.url == reverse("log_saved", args=[full[-1].pk])


def test_taking_logs_back_makes_no_room(full, episode, now):
    withdraw_log(log=full[0], now=now)

    with pytest.raises(DayFull):
        LogFactory(episode=episode)


def test_the_next_day_is_a_new_one(full, episode, now):
    LogFactory(episode=episode, now=now + timedelta(days=1))

    assert SymptomLog.objects.count() == MOST_A_DAY + 1
