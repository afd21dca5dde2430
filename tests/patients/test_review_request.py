"""Please review me: one button, a promise of two working days, and its state."""

from datetime import UTC, datetime

import pytest
import time_machine

from patients import actions
from patients.models import Finding, Flag, Kind
from tests.factories import keep_diary

PAGE = "/review/"


@pytest.fixture
def phone(sign_in, maria, trial):
    return sign_in(maria.user)


def text(response):
    return " ".join(response.content.decode().split())


def test_it_says_when_the_answer_comes(phone):
    assert "You get an answer within two working days, by Wednesday, March 4." in text(phone.get(PAGE))  # fmt: skip


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
    assert "You get an answer by Wednesday, March 4." in text(page)


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
    actions.review_due_trials(now=now)

    phone.post(PAGE, {"reason": "Stairs are hard"})

    assert set(Flag.objects.get().findings.values_list("kind", flat=True)) == {
        Kind.PLATEAU,
        Kind.REVIEW_REQUESTED,
    }


def test_once_taken_on_she_reads_so(phone, dr_kim, now):
    phone.post(PAGE, {"reason": ""})
    actions.acknowledge(flag=Flag.objects.get(), by=dr_kim, now=now)

    assert "Your care team is looking at your answers" in text(phone.get(PAGE))


def test_once_answered_she_reads_the_answer_and_can_ask_again(phone, dr_kim, now):
    phone.post(PAGE, {"reason": ""})
    choice = actions.Choice(
        kind="not_relevant", reason="other", patient_sentence="Let us talk on Thursday."
    )
    actions.decide(flag=Flag.objects.get(), choice=choice, by=dr_kim, now=now)

    page = text(phone.get(PAGE))

    assert "Your request of March 2 has been answered." in page
    assert "“Let us talk on Thursday.”" in page
    assert "<textarea" in page


def test_staff_are_sent_away(sign_in, dr_kim):
    assert sign_in(dr_kim).post(PAGE).status_code == 403
