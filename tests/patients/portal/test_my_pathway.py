"""My care path: where Maria is, why, what comes after, what was; never a word of failure."""

from datetime import timedelta

import pytest
from django.urls import reverse

from patients.models import TierTrial
from patients.record.actions.register import record_prior_treatment
from patients.record.actions.trials import end_trial
from tests.factories import TrialFactory
from tests.pages import drawn

PAGE = "/my-pathway/"


@pytest.fixture
def phone(sign_in, maria):
    return sign_in(maria.user)


def text(response):
    return drawn(response)


@pytest.fixture
def on_step_three(episode, dr_kim, now):
    """Self-care is over; therapy goes on beside medication."""
    first = TrialFactory(
        episode=episode, by=dr_kim, level=1, days_ago=80, window_days=28, reason="We start with what you can do."
    )  # fmt: skip
    end_trial(
        trial=first, outcome=TierTrial.Outcome.PARTIAL, by=dr_kim, today=now.date() - timedelta(50)
    )
    TrialFactory(episode=episode, by=dr_kim, level=2, days_ago=50)
    return TrialFactory(
        episode=episode, by=dr_kim, level=3, days_ago=5, window_days=42, reason="To make the exercises easier."
    )  # fmt: skip


def test_it_shows_where_she_is_what_is_done_and_what_goes_on(phone, on_step_three):
    states = {
        band.step.level: band.state.value for band in phone.get(PAGE).context["pyramid"].bands
    }

    assert states == {1: "done", 2: "beside", 3: "now", 4: "next", 5: "next"}


def test_it_says_why_what_comes_and_what_was(phone, on_step_three):
    page = text(phone.get(PAGE))

    assert "Step 3: Medication" in page
    assert "Since February 25" in page
    assert "To make the exercises easier." in page
    assert "Why: “We start with what you can do.” — Dr. Kim" in page
    assert "until Jan. 11, 2026" in page
    assert "You may stay on this step, need less, or get more help. You decide together." in page
    assert "The steps above add more help if you need it. Many people do not need them." in page
    assert "We will look at how you move and how you feel." in page


def test_what_was_tried_and_how_it_went_is_said_calmly(phone, on_step_three, episode, dr_kim, now):
    record_prior_treatment(
        episode=episode, by=dr_kim, now=now, level=1, what="Walking", weeks=8, attended=True,
        helped="some",
    )  # fmt: skip

    page = text(phone.get(PAGE))

    assert "How it went: Somewhat better" in page
    assert "Walking, 8 weeks: It helped some" in page
    assert "Day 6 of 42" in page


def test_the_next_step_is_named_as_help_that_many_never_need(phone, on_step_three):
    page = text(phone.get(PAGE))

    assert f'More help would be step 4, <a href="{reverse("learn_tier", args=[4])}">' in page
    assert "Many people never need it." in page
    assert "lighter plan" not in page


def test_after_a_higher_step_the_plan_is_a_lighter_one(phone, on_step_three, dr_kim, now):
    end_trial(trial=on_step_three, outcome=TierTrial.Outcome.RESPONDED, by=dr_kim, today=now.date())

    page = text(phone.get(PAGE))

    assert "Step 2: Physical and manual therapy" in page
    assert "You are on a lighter plan than before. If you need more help again, tell us." in page


def test_nothing_comes_after_the_last_step(phone, episode, dr_kim):
    TrialFactory(episode=episode, by=dr_kim, level=5, days_ago=3, window_days=14)

    assert "More help would be" not in text(phone.get(PAGE))


def test_it_never_speaks_of_failing(phone, on_step_three):
    page = text(phone.get(PAGE)).lower()

    for word in ("fail", "escalat", "stuck", "plateau"):
        assert word not in page.split("<main")[1].split("<footer")[0]


def test_past_the_planned_end_the_check_is_the_teams(phone, episode, dr_kim):
    TrialFactory(episode=episode, by=dr_kim, days_ago=100)

    assert "You are at the planned end of this step." in text(phone.get(PAGE))


def test_before_the_first_step_the_pyramid_is_about_nobody(phone, episode):
    page = phone.get(PAGE)

    assert {band.state.value for band in page.context["pyramid"].bands} == {"plain"}
    assert "Your care team will choose your next step with you." in text(page)
    assert "Steps so far" not in text(page)


def test_staff_are_sent_away(sign_in, dr_kim):
    assert sign_in(dr_kim).get(PAGE).status_code == 403
