"""Safety answers on the evidence page: each yes with its date, the last complete set, older sets folded."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from patients.flags.actions import request_review
from patients.flags.safety_answers import answer_safety
from tests.pages import drawn
from tests.patients.safety_desk.stories import episode_protocol, say_yes, settle
from tests.stage import staged

pytestmark = pytest.mark.django_db

BOWEL = (
    "Have you newly lost control of your bowels? Or do you no longer feel it when you pass stool?"
)
WEEK = timedelta(weeks=1)


@staged
def flag(trial, episode, protocol, now):
    return request_review(episode=episode, reason="", protocol=protocol, now=now)


@pytest.fixture
def section(flag, dr_kim, sign_in):
    """Of Maria's flag: the part about her safety answers."""

    def read():
        whole = drawn(sign_in(dr_kim).get(reverse("flag", args=[flag.pk])))
        part = whole[whole.index('<h2 id="safety">') :]
        return part[: part.index("</section>")]

    return read


def answer_all(episode, now, *yes):
    """The full list, as the safety page asks it: what is not in `yes` is a no."""
    asked = list(episode_protocol(episode, now).safety_questions.in_order())
    answer_safety(
        episode=episode,
        yes_to=[each for each in asked if each.key in yes],
        no_to=[each for each in asked if each.key not in yes],
        submission_id=uuid4(),
        by=episode.patient.user,
        now=now,
    )
    return len(asked)


def test_nothing_ticked_is_no_negative_finding(section):
    assert "Nothing was ticked. That is not a negative finding." in section()


def test_a_yes_stands_with_its_date_and_is_counted_when_it_was_said_before(
    episode, dr_kim, section, now
):
    for ago in (3, 2, 1):
        settle(say_yes(episode, now - ago * WEEK), dr_kim, now - ago * WEEK)
    shown = section()
    assert f"{BOWEL} <strong>Yes</strong>, Feb 23, 2026, 09:00" in shown
    assert "and 2 times before" in shown
    assert shown.count(BOWEL) == 1
    assert "A complete set was never answered." in shown


def test_the_last_complete_set_is_said_and_older_ones_are_folded(episode, section, now):
    asked = answer_all(episode, now - WEEK, "fever")
    answer_all(episode, now)
    shown, _, folded = section().partition("1 older set")
    assert f"Last complete set Mar 2, 2026, 09:00: {asked} asked, no to all." in shown
    assert f"No to {asked} questions" in shown
    assert f"<li>{BOWEL}</li>" in shown
    assert f"Feb 23, 2026, 09:00: {asked} asked, 1 yes." in folded
    assert folded.count("<strong>Yes</strong>") == 1
    assert f"No to {asked - 1} questions" in folded


def test_no_to_all_is_said_in_words(episode, section, now):
    answer_all(episode, now)
    assert "No question was ever answered yes." in section()


def test_asked_ten_times_nothing_but_the_last_line_stands_open(episode, section, now):
    for ago in range(10):
        answer_all(episode, now - ago * WEEK)
    shown, _, folded = section().partition("<details")
    assert shown.count("asked, no to all.") == 1
    assert "<li>" not in shown
    assert "9 older sets" in folded
