"""What the care team wrote by mistake and took back is told to the patient on no page any more."""

from datetime import timedelta

import pytest
from django.urls import reverse

from patients.flags.actions import request_review
from patients.models import Decision
from patients.portal.export.tables import export_tables_of
from patients.record.selectors.care_status import care_status_of
from patients.worklist.actions.decide import correct, decide
from patients.worklist.actions.effects import Choice
from patients.worklist.actions.undo_decision import undo_decision
from tests.pages import drawn

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
MARK = "Message from your care team"


@pytest.fixture
def say(trial, episode, protocol, dr_kim):
    """Dr. Kim decides to go on and writes this to Maria."""

    def said(sentence, at, check=7):
        flag = request_review(episode=episode, reason="", protocol=protocol, now=at)
        choice = Choice(
            kind="continue", reason="other", patient_sentence=sentence,
            next_check_on=at.date() + check * DAY,
        )  # fmt: skip
        return decide(flag=flag, choice=choice, by=dr_kim, now=at)

    return said


@pytest.fixture
def page(maria, sign_in):
    phone = sign_in(maria.user)
    return lambda name: drawn(phone.get(reverse(name)))


@pytest.fixture
def stands(maria, episode, now):
    return lambda: care_status_of(maria, episode, now)


def test_undone_it_is_told_no_more_and_its_check_is_none(say, page, stands, dr_kim, now):
    usual = stands().next_check
    decision = say("Your injection is planned.", now)
    assert "Your injection is planned." in page("home")
    assert MARK in page("visit_brief")
    undo_decision(decision=decision, by=dr_kim, now=now)
    assert "Your injection is planned." not in page("home")
    for name in ("progress", "visit_brief"):
        assert MARK not in page(name), name
    assert (stands().told, stands().messages, stands().next_check) == (None, [], usual)


def test_what_was_said_before_holds_again(say, page, stands, dr_kim, now):
    first = say("We go on as before.", now - 2 * DAY)
    undo_decision(decision=say("Your injection is planned.", now), by=dr_kim, now=now)
    assert "We go on as before." in page("home")
    assert stands().told == first
    assert stands().next_check == first.next_check_on


def test_corrected_only_the_new_words_are_told(say, page, stands, maria, dr_kim, now):
    decision = say("Walk ten minutes.", now - DAY)
    correct(decision=decision, note="", patient_sentence="Walk five minutes.", by=dr_kim, now=now)
    home = page("home")
    assert "Walk five minutes." in home
    assert "Walk ten minutes." not in home
    assert [each.patient_sentence for each in stands().messages] == ["Walk five minutes."]
    [copy] = [
        each for each in export_tables_of(maria) if each.name == "messages-from-your-care-team"
    ]
    assert [row[1] for row in copy.rows] == ["Walk five minutes."]


def test_corrected_and_then_undone_neither_is_told(say, page, stands, dr_kim, now):
    first = say("Walk ten minutes.", now)
    last = correct(decision=first, note="", patient_sentence="Walk five.", by=dr_kim, now=now)
    undo_decision(decision=last, by=dr_kim, now=now)
    assert "Walk" not in page("home").split("<main")[1].split("</main>")[0]
    assert stands().messages == []
    assert Decision.objects.count() == 3


def test_led_out_of_the_steps_by_mistake_she_is_in_them_again(
    trial, episode, protocol, page, stands, dr_kim, now
):
    flag = request_review(episode=episode, reason="", protocol=protocol, now=now)
    choice = Choice(kind="step_down", reason="improved", discharge="watch")
    decision = decide(flag=flag, choice=choice, by=dr_kim, now=now)
    assert stands().out_of_steps
    undo_decision(decision=decision, by=dr_kim, now=now)
    assert not stands().out_of_steps
    assert stands().trial == trial


def test_the_reason_of_the_step_that_it_began_is_corrected_with_it(
    trial, episode, protocol, page, dr_kim, now
):
    """“Why” on her care path is what Dr. Kim wrote; her first words were meant for somebody else."""
    flag = request_review(episode=episode, reason="", protocol=protocol, now=now)
    choice = Choice(
        kind="step_up", reason="other", to_level=3, patient_sentence="Your knee needs a medicine."
    )
    decision = decide(flag=flag, choice=choice, by=dr_kim, now=now)
    assert "Your knee needs a medicine." in page("my_pathway")
    for words in ("Your back needs a medicine.", "Your lower back needs a medicine."):
        decision = correct(decision=decision, note="", patient_sentence=words, by=dr_kim, now=now)
        assert words in page("my_pathway")
        assert "knee" not in page("my_pathway")
    step = episode.trials.get(level=3)
    assert step.events.earliest("pgh_id").reason == "Your knee needs a medicine."
    assert not episode.trials.exclude(pk=step.pk).filter(reason=step.reason).exists()


def test_a_correction_of_the_note_alone_changes_no_words(say, trial, episode, dr_kim, now):
    decision = say("We go on.", now)
    last = correct(decision=decision, note="Called her", by=dr_kim, now=now)
    assert last.patient_sentence == "We go on."
    trial.refresh_from_db()
    assert trial.reason == ""
