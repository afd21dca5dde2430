"""Function that gets worse is a finding of its own, beside whatever pain does."""

from datetime import timedelta
from uuid import uuid4

import pytest

from patients.models import Finding, Flag, Kind, Severity
from patients.questionnaires.actions.scores import (
    FilledForm,
    choose_activities,
    record_activities,
    record_peg,
)
from patients.review.replay import replays
from patients.review.selectors.explain import explain
from patients.review.sweep import review_due_trials
from patients.worklist.actions.decide import decide
from patients.worklist.actions.effects import Choice
from tests.factories import keep_diary

pytestmark = pytest.mark.django_db

LEVEL = [6, 6, 5, 6, 7, 6, 6] * 8


def answered(episode, protocol, now, scores):
    """One form every two weeks, the last one today."""
    peg = protocol.instruments.get(key="peg")
    for back, score in zip(range(len(scores) - 1, -1, -1), scores, strict=True):
        then = now - timedelta(weeks=2 * back)
        form = FilledForm(peg, uuid4(), dict.fromkeys("123", score))
        record_peg(episode=episode, form=form, by=episode.patient.user, now=then)


def test_worse_function_stands_beside_the_plateau_and_names_the_flag(trial, episode, protocol, now):
    keep_diary(episode, LEVEL, now.date())
    answered(episode, protocol, now, (4, 5, 6, 6))
    review_due_trials(now=now)

    flag = Flag.objects.get()
    assert set(flag.findings.values_list("kind", flat=True)) == {"plateau", "function_worse"}
    assert (flag.kind, flag.severity) == (Kind.FUNCTION_WORSE, Severity.REVIEW)
    assert flag.sentence == (
        "PEG 4 → 6, worse on two forms in a row (Feb 16 and Mar 2); 1.3 or more counts"
    )
    assert flag.due_at - now == timedelta(days=7, hours=7), "five working days, to 17:00"
    plateau = flag.findings.get(kind=Kind.PLATEAU)
    assert "; PEG 4 → 6; " in plateau.sentence, "both scores, and no share of one"


@pytest.mark.parametrize(
    "scores",
    [(4, 5, 6), (4, 6, 5), (4, 5, 5), (6, 6, 6), (4, 6)],
    ids=["once only", "back again", "within the error", "no change", "two forms"],
)
def test_less_than_two_forms_that_are_truly_worse_say_nothing(
    trial, episode, protocol, now, scores
):
    answered(episode, protocol, now, scores)
    review_due_trials(now=now)
    assert not Finding.objects.filter(kind=Kind.FUNCTION_WORSE).exists()


def test_a_form_of_long_ago_says_nothing_of_today(trial, episode, protocol, now):
    answered(episode, protocol, now - timedelta(days=29), (4, 6, 6))
    review_due_trials(now=now)
    assert not Finding.objects.filter(kind=Kind.FUNCTION_WORSE).exists()


def test_it_is_said_once_and_again_after_28_days_at_the_latest(
    trial, episode, protocol, dr_kim, now
):
    answered(episode, protocol, now, (4, 6, 6))
    review_due_trials(now=now)
    flag = Flag.objects.get()
    in_two_months = now.date() + timedelta(days=60)
    choice = Choice(kind="continue", reason="other", next_check_on=in_two_months)
    decide(flag=flag, choice=choice, by=dr_kim, now=now)

    for days, speaks in ((1, False), (27, False), (28, True)):
        later = now + timedelta(days=days)
        keep_diary(episode, [3] * 5, later.date())
        review_due_trials(now=later)
        open_now = Flag.objects.open().filter(findings__kind=Kind.FUNCTION_WORSE)
        assert open_now.exists() is speaks, days


def told_again(flag):
    return next(each for each in explain(flag) if each.finding.kind == Kind.FUNCTION_WORSE)


def test_it_is_worked_out_again_from_its_forms(trial, episode, protocol, now):
    answered(episode, protocol, now, (4, 6, 6))
    review_due_trials(now=now)
    assert told_again(Flag.objects.get()).is_same

    answered(episode, protocol, now, (2,))
    again = told_again(Flag.objects.get())
    assert [change.what for change in again.record] == ["forms of peg"]
    assert not again.rules, "of the forms of then it says the same"
    assert again.numbers


@pytest.mark.parametrize("anew", [False, True])
def test_activities_that_were_chosen_anew_are_not_compared(trial, episode, protocol, now, anew):
    choose_activities(
        episode=episode, wordings=["Stairs", "Bags", "Sit"], now=now - timedelta(weeks=5)
    )
    activities(episode, protocol, now - timedelta(weeks=4), 3)
    if anew:
        wordings = ["Cycle", "Cook", "Stand"]
        choose_activities(episode=episode, wordings=wordings, now=now - timedelta(weeks=3))
    activities(episode, protocol, now - timedelta(weeks=2), 6)
    activities(episode, protocol, now, 6)
    review_due_trials(now=now)
    assert Finding.objects.filter(kind=Kind.FUNCTION_WORSE).exists() is not anew


def activities(episode, protocol, then, score):
    keys = ("activity-one", "activity-two", "activity-three")
    instrument = protocol.instruments.get(key="my-three-activities")
    form = FilledForm(instrument, uuid4(), dict.fromkeys(keys, score))
    record_activities(episode=episode, form=form, by=episode.patient.user, now=then)


def test_the_replay_counts_it(trial, episode, protocol, northside, now):
    keep_diary(episode, LEVEL, now.date())
    answered(episode, protocol, now, (4, 6, 6))
    [replay] = replays(protocol.key, now)
    assert replay.under(replay.rules, lambda _n: None).new[Kind.FUNCTION_WORSE] == 1
