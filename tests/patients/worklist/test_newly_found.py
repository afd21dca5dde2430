"""Maria answers yes to a safety question while Dr. Kim writes her decision: it is not closed unread."""

from uuid import uuid4

import pytest
from django.urls import reverse

from patients.flags.actions import request_review
from patients.flags.safety_answers import answer_safety
from patients.models import Decision, Flag, Kind
from patients.review.sweep import review_due_trials
from patients.worklist.views import flag as flag_page
from tests.patients.safety_desk.stories import settle

pytestmark = pytest.mark.django_db

ANSWERS = {"kind": "reassess", "reason": "other", "note": "Come in"}


@pytest.fixture
def flag(trial, episode, protocol, now):
    return request_review(episode=episode, reason="", protocol=protocol, now=now)


@pytest.fixture
def desk(dr_kim, sign_in):
    return sign_in(dr_kim)


def seen_on(desk, flag):
    return str(desk.get(reverse("flag", args=[flag.pk])).context["seen"])


def say_yes(episode, protocol, now):
    question = protocol.safety_questions.filter(on_every_log=True)[0]
    asked = {"yes_to": [question], "submission_id": uuid4(), "by": episode.patient.user}
    answer_safety(episode=episode, now=now, **asked)


@pytest.mark.parametrize("more", [{}, {"patient_sentence": "We will call you."}])
def test_what_came_meanwhile_is_read_first(flag, episode, protocol, desk, dr_kim, now, more):
    sent = {**ANSWERS, **more, "seen": seen_on(desk, flag)}
    say_yes(episode, protocol, now)
    answer = desk.post(reverse("decide", args=[flag.pk]), sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "New since you opened this page: Safety answer, Yes to:" in page
    assert "Come in" in page
    assert Flag.objects.open().get().kind == Kind.SAFETY
    assert not Decision.objects.exists()

    again = {**ANSWERS, "patient_sentence": "", "seen": str(answer.context["seen"])}
    page = desk.post(reverse("decide", args=[flag.pk]), again).content.decode()
    assert "A safety answer waits. Nothing was recorded" in page
    assert reverse("safety_case", args=[flag.pk]) in page
    settle(flag, dr_kim, now)
    desk.post(reverse("decide", args=[flag.pk]), again)
    assert Decision.objects.get().note == "Come in"


def test_in_the_last_moment_too(flag, episode, protocol, desk, dr_kim, now, monkeypatch):
    """It folds in after the page has looked: the locked flag is asked again."""
    sent = {**ANSWERS, "patient_sentence": "", "seen": seen_on(desk, flag)}
    look = flag_page._unread

    def then_maria_answers(request, found):
        unread = look(request, found)
        if not Flag.objects.holding().exists():
            say_yes(episode, protocol, now)
        return unread

    monkeypatch.setattr(flag_page, "_unread", then_maria_answers)
    page = desk.post(reverse("decide", args=[flag.pk]), sent).content.decode()
    assert "New since you opened this page: Safety answer" in page
    assert not Decision.objects.exists()


def test_something_lighter_sends_nobody_back(flag, desk, now):
    """The morning's sweep folds in that no log has come for days."""
    sent = {**ANSWERS, "patient_sentence": "", "seen": seen_on(desk, flag)}
    review_due_trials(now=now)
    assert flag.findings.latest("pk").kind == Kind.SILENT
    desk.post(reverse("decide", args=[flag.pk]), sent)
    assert Decision.objects.exists()


def test_a_page_without_the_mark_still_decides(flag, desk):
    desk.post(reverse("decide", args=[flag.pk]), {**ANSWERS, "patient_sentence": "", "seen": "x"})
    assert Decision.objects.exists()
