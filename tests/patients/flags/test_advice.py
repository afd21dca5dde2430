"""What Maria reads after a yes: by form, by complaint, an emergency first, until it is settled."""

from datetime import timedelta
from uuid import uuid4

import pytest

from patients.flags.advice import advice_on_form, waiting_advice
from patients.flags.safety_answers import answer_safety
from patients.models import Flag, SafetyAdvice, SafetyAnswer
from tests.factories import EpisodeFactory
from tests.patients.safety_desk.stories import say_yes, settle

pytestmark = pytest.mark.django_db


def asked(shown):
    """The levels of what is shown, with the questions that each speaks of."""
    return [(row.level, len(row.questions)) for row in shown.rows]


def test_one_form_has_one_advice_a_level_the_emergency_first(trial, episode, maria, now):
    form = uuid4()
    say_yes(episode, now, "fever", "bowel", "bladder", form=form)
    shown = advice_on_form(maria, form, now)
    assert asked(shown) == [("emergency", 2), ("urgent", 1)]
    assert shown.title.startswith("Get emergency care now")


def test_another_forms_advice_is_not_shown_on_it(trial, episode, maria, now):
    first, second = uuid4(), uuid4()
    say_yes(episode, now, "bowel", form=first)
    say_yes(episode, now, "fever", form=second)
    assert asked(advice_on_form(maria, second, now)) == [("urgent", 1)]
    assert asked(waiting_advice(maria, now)) == [("emergency", 1), ("urgent", 1)]
    assert not advice_on_form(maria, uuid4(), now)


def test_what_waits_is_of_all_complaints_or_of_one(trial, episode, maria, dr_kim, now):
    neck = EpisodeFactory(patient=maria, by=dr_kim, region="neck")
    say_yes(episode, now, "fever")
    say_yes(neck, now, "bowel")
    assert asked(waiting_advice(maria, now)) == [("emergency", 1), ("urgent", 1)]
    assert asked(waiting_advice(maria, now, neck)) == [("emergency", 1)]


def test_nobody_reads_what_was_said_to_another(trial, episode, stella, now):
    form = uuid4()
    say_yes(episode, now, "bowel", form=form)
    assert not waiting_advice(stella, now)
    assert not advice_on_form(stella, form, now)


def test_settled_it_waits_no_more_and_stays_on_the_form_it_answered(
    trial, episode, maria, dr_kim, now
):
    form = uuid4()
    settle(say_yes(episode, now, "bowel", form=form), dr_kim, now)
    assert not waiting_advice(maria, now)
    assert asked(advice_on_form(maria, form, now)) == [("emergency", 1)]


def test_a_yes_that_can_wait_and_a_no_are_kept_and_say_nothing(
    trial, episode, protocol, maria, now
):
    questions = protocol.safety_questions
    answer_safety(
        episode=episode, yes_to=[questions.get(key="morning-stiffness")],
        no_to=[questions.get(key="bowel")], submission_id=uuid4(), by=maria.user, now=now,
    )  # fmt: skip
    assert dict(SafetyAnswer.objects.values_list("question__key", "answer")) == {
        "morning-stiffness": True, "bowel": False,
    }  # fmt: skip
    assert not SafetyAdvice.objects.exists()
    assert not Flag.objects.exists()


def test_the_same_yes_on_a_later_form_is_kept_again(trial, episode, now):
    for hours in (0, 1):
        say_yes(episode, now + timedelta(hours=hours), "bowel")
    assert SafetyAnswer.objects.count() == SafetyAdvice.objects.count() == 2


def test_the_same_form_about_two_complaints_alarms_for_both(trial, episode, maria, dr_kim, now):
    neck, form = EpisodeFactory(patient=maria, by=dr_kim, region="neck"), uuid4()
    for each in (episode, neck):
        say_yes(each, now, "bowel", form=form)
    assert Flag.objects.holding().count() == 2
