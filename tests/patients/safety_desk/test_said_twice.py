"""The desk when two people press at once, or one person presses twice."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse

from accounts import actions
from accounts.models import Notice
from patients.models import Flag, SafetyAdvice, SafetyCall, SafetyOutcome
from patients.safety_desk.actions.calls import note_call
from tests.factories import StaffFactory
from tests.pages import drawn
from tests.patients.safety_desk.stories import say_yes, settle

pytestmark = pytest.mark.django_db

MOMENT = timedelta(seconds=20)


@pytest.fixture
def flag(trial, episode, now):
    return say_yes(episode, now)


def test_not_reached_pressed_twice_is_one_hand_over_and_one_mail(flag, dr_kim, now):
    Notice.objects.all().delete()
    outcomes = {
        settle(flag, dr_kim, now + turn * MOMENT, "not_reached", "No answer.") for turn in range(2)
    }
    assert len(outcomes) == SafetyOutcome.objects.count() == 1
    assert actions.send_due_notices(now=now + MOMENT) == len(mail.outbox) == 1


def test_other_words_or_another_colleague_are_another_outcome(flag, northside, dr_kim, now):
    wu = StaffFactory(clinic=northside, name="Dr. Wu")
    settle(flag, dr_kim, now, "not_reached", "No answer.")
    settle(flag, dr_kim, now, "not_reached", "No answer at her son's either.")
    settle(flag, wu, now, "not_reached", "No answer.")
    settle(flag, dr_kim, now, "not_reached", "No answer.", handed_to=wu.membership_as())
    assert SafetyOutcome.objects.count() == 4


def test_the_same_words_an_hour_later_are_a_further_try(flag, dr_kim, now):
    for hours in (0, 1):
        settle(flag, dr_kim, now + timedelta(hours=hours), "not_reached", "No answer.")
    assert SafetyOutcome.objects.count() == 2


def test_who_takes_on_what_a_colleague_has_settled_is_told(flag, dr_kim, now, northside, sign_in):
    desk = sign_in(StaffFactory(clinic=northside, name="Dr. Wu"))
    settle(flag, dr_kim, now)
    page = drawn(desk.post(reverse("take_case", args=[flag.pk]), follow=True))
    assert "A colleague has recorded the outcome. See below." in page
    assert Flag.objects.get().owner is None


def test_rows_say_what_they_are(flag, dr_kim, now):
    call = note_call(flag=flag, result="no_answer", note="", by=dr_kim, now=now)
    assert str(SafetyCall.objects.get()) == str(call) == "No answer: Maria Ortiz"
    assert str(SafetyAdvice.objects.get()).startswith("Get emergency care now: call 911")
    assert str(settle(flag, dr_kim, now)) == "Examined"
