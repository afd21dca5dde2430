"""Please review me: one button, a promise of two working days, and its state."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from patients.flags.ownership import acknowledge
from patients.models import Finding, Flag, Kind
from patients.review.sweep import review_due_trials
from patients.worklist.actions.decide import decide
from patients.worklist.actions.effects import Choice
from tests.factories import keep_diary
from tests.pages import drawn

PAGE = "/review/"


@pytest.fixture
def phone(sign_in, maria, trial):
    return sign_in(maria.user)


def text(response):
    return drawn(response)


def test_it_says_when_the_answer_comes(phone):
    assert "You will get an answer within two working days, by Wednesday, March 4." in text(phone.get(PAGE))  # fmt: skip


def test_asked_without_a_reason_it_becomes_a_flag_with_its_clock(phone, trial):
    page = phone.post(PAGE, {"reason": ""}, follow=True)

    flag = Flag.objects.get()
    assert (flag.kind, flag.trial, flag.sentence) == (
        Kind.REVIEW_REQUESTED,
        trial,
        "Asks for a review",
    )
    assert page.redirect_chain == [(PAGE, 302)]
    assert "You asked for a review" in text(page)
    assert "You will get an answer by Wednesday, March 4." in text(page)


def test_a_double_tap_or_a_second_tab_asks_once(phone):
    for _ in range(2):
        phone.post(PAGE, {"reason": "Stairs are hard"})

    assert Finding.objects.get().sentence == "Asks for a review: Stairs are hard"


def test_a_friday_evening_waits_for_working_days(phone):
    with time_machine.travel(datetime(2026, 3, 6, 23, tzinfo=UTC), tick=False):
        assert "by Tuesday, March 10" in text(phone.get(PAGE))


def test_a_long_reason_is_kept_to_be_shortened(phone):
    page = phone.post(PAGE, {"reason": "x" * 301})

    assert page.status_code == 422
    assert "Write at most 300 characters" in text(page)
    assert not Flag.objects.exists()


def test_it_folds_into_the_flag_that_is_open(phone, episode, now):
    keep_diary(episode, [6] * 56, now.date())
    review_due_trials(now=now)

    phone.post(PAGE, {"reason": "Stairs are hard"})

    assert set(Flag.objects.get().findings.values_list("kind", flat=True)) == {
        Kind.PLATEAU,
        Kind.REVIEW_REQUESTED,
    }


def test_once_taken_on_she_reads_so(phone, dr_kim, now):
    phone.post(PAGE, {"reason": ""})
    acknowledge(flag=Flag.objects.get(), by=dr_kim, now=now)

    page = text(phone.get(PAGE))
    assert "Your care team is looking at your answers" in page
    assert "Your care team has seen it" in page
    assert "By Wednesday, March 4</time> You will get an answer" in page


@pytest.fixture
def answered(phone, dr_kim, now):
    """Asked with a reason, answered with or without a sentence."""

    def answer(sentence):
        phone.post(PAGE, {"reason": "Stairs: are they bad?"})
        choice = Choice(kind="not_relevant", reason="other", patient_sentence=sentence)
        decide(flag=Flag.objects.get(), choice=choice, by=dr_kim, now=now)
        return text(phone.get(PAGE))

    return answer


def test_once_answered_she_reads_the_answer_and_can_ask_again(answered):
    page = answered("Let us talk on Thursday.")

    assert "Your last request" in page
    assert "You asked for a review: “Stairs: are they bad?”" in page
    assert "Answered <p>“Let us talk on Thursday.” — Dr. Kim</p>" in page
    assert "<textarea" in page


def test_closed_without_a_sentence_she_reads_that_it_was_looked_at(answered):
    assert "Your care team has looked at it. They will talk about it with you." in answered("")


def test_an_owner_from_before_it_was_asked_has_not_seen_it_by_that(phone, episode, dr_kim, now):
    keep_diary(episode, [6] * 56, now.date())
    review_due_trials(now=now)
    acknowledge(flag=Flag.objects.get(), by=dr_kim, now=now)
    with time_machine.travel(now + timedelta(days=1), tick=False):
        phone.post(PAGE, {"reason": ""})
        course = phone.get(PAGE).context["request_now"]

    assert (course.asked_at, course.seen_at) == (now + timedelta(days=1), None)


def test_staff_are_sent_away(sign_in, dr_kim):
    assert sign_in(dr_kim).post(PAGE).status_code == 403
