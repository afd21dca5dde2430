"""Shadow mode: a clinic watches the rules for a while before anybody acts on them."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.urls import reverse

from patients.flags.actions import request_review
from patients.flags.safety_answers import answer_safety
from patients.models import Finding, Flag, Kind, ReviewDue, ShadowMode, TrialReview
from patients.review.queue import mark_review_due
from patients.review.shadow import set_shadow_mode
from patients.review.sweep import review_due_trials
from patients.worklist.actions.decide import decide
from patients.worklist.actions.effects import Choice
from tests.factories import EpisodeFactory, TrialFactory, keep_diary
from tests.stage import staged

pytestmark = pytest.mark.django_db

LEVEL = [6, 6, 5, 6, 7, 6, 6] * 8


def switch(clinic, by, now, on=True):
    set_shadow_mode(clinic=clinic, on=on, by=by, now=now)


@staged
def shadow(northside, ada, now):
    switch(northside, ada, now)


@staged
def flag(shadow, trial, episode, now):
    """Maria's level diary, noticed while her clinic is in shadow mode."""
    keep_diary(episode, LEVEL, now.date())
    review_due_trials(now=now)
    return Flag.objects.get()


def ask_for_review(episode, protocol, now):
    return request_review(episode=episode, reason="", protocol=protocol, now=now)


def say_yes(episode, protocol, maria, now):
    answer_safety(
        episode=episode,
        yes_to=[protocol.safety_questions.first()],
        submission_id=uuid4(),
        by=maria.user,
        now=now,
    )
    return Flag.objects.get(kind=Kind.SAFETY)


def test_in_shadow_a_plateau_is_kept_with_its_numbers_and_shown_to_no_clinician(
    flag, dr_kim, maria, sign_in
):
    assert (flag.kind, flag.shadow) == (Kind.PLATEAU, True)
    assert flag.findings.get().numbers["status"] == "plateau"
    desk = sign_in(dr_kim)
    team = desk.get(reverse("worklist")).content.decode()
    assert "Maria Ortiz" not in team
    assert 'Team <span class="number">0</span>' in team
    assert (
        reverse("flag", args=[flag.pk])
        not in desk.get(reverse("record", args=[maria.pk])).content.decode()
    )
    for page in ("flag", "explain", "snooze"):
        assert desk.get(reverse(page, args=[flag.pk])).status_code == 404
    assert not Finding.objects.visible_to(dr_kim.membership_as()).exists()
    assert not Flag.objects.about(maria).exists()


def test_the_same_finding_is_written_once_in_shadow_too(flag, episode, now):
    mark_review_due(episode=episode, now=now)
    review_due_trials(now=now)
    assert Finding.objects.count() == 1


def test_a_patient_who_asks_for_a_review_is_seen_beside_the_shadow(
    flag, episode, protocol, dr_kim, now
):
    asked = ask_for_review(episode, protocol, now)
    assert asked.pk != flag.pk
    assert list(Flag.objects.visible_to(dr_kim.membership_as())) == [asked]
    assert asked.kind == Kind.REVIEW_REQUESTED


def test_a_safety_answer_never_disappears_into_a_shadow_flag(
    flag, trial, episode, protocol, maria, dr_kim, now
):
    alarm = say_yes(episode, protocol, maria, now)
    assert (alarm.shadow, alarm.trial, alarm.holds_rules) == (False, trial, True)
    assert list(Flag.objects.visible_to(dr_kim.membership_as())) == [alarm]
    flag.refresh_from_db()
    assert (flag.kind, flag.holds_rules) == (Kind.PLATEAU, False)


def test_a_rules_finding_does_not_fold_into_what_people_see(shadow, trial, episode, protocol, now):
    asked = ask_for_review(episode, protocol, now)
    keep_diary(episode, LEVEL, now.date())
    review_due_trials(now=now)
    assert asked.findings.get().kind == Kind.REVIEW_REQUESTED
    assert Flag.objects.get(shadow=True).kind == Kind.PLATEAU


def test_what_people_see_already_is_not_counted_again(trial, episode, northside, ada, now):
    keep_diary(episode, LEVEL, now.date())
    review_due_trials(now=now)
    switch(northside, ada, now)
    mark_review_due(episode=episode, now=now)
    review_due_trials(now=now)
    assert not Flag.objects.get().shadow


def test_out_of_shadow_the_plateau_is_on_the_worklist_with_its_finding(
    flag, northside, ada, dr_kim, now
):
    later = now + timedelta(hours=1)
    switch(northside, ada, later, on=False)
    flag.refresh_from_db()
    assert (flag.closed_at, flag.closing) == (later, Flag.Closing.SHADOW_ENDED)
    assert ReviewDue.objects.exists()
    review_due_trials(now=later)
    seen = Flag.objects.visible_to(dr_kim.membership_as()).get()
    assert seen.kind == Kind.PLATEAU
    assert seen.findings.get().numbers["status"] == "plateau"


def test_another_clinic_is_not_in_shadow(shadow, stella, dr_strand, now):
    back = EpisodeFactory(patient=stella, by=dr_strand)
    TrialFactory(episode=back, by=dr_strand)
    keep_diary(back, LEVEL, now.date())
    review_due_trials(now=now)
    assert Flag.objects.visible_to(dr_strand.membership_as()).get().kind == Kind.PLATEAU


def test_the_switch_keeps_its_history_and_turning_it_on_twice_is_once(northside, ada, now):
    switch(northside, ada, now)
    switch(northside, ada, now + timedelta(hours=1))
    switch(northside, ada, now + timedelta(hours=2), on=False)
    modes = ShadowMode.objects.latest_first(northside)
    assert [str(mode) for mode in modes] == [
        "Northside Spine Clinic: shadow mode off",
        "Northside Spine Clinic: shadow mode on",
    ]
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        ShadowMode.objects.update(is_on=True)


@pytest.mark.parametrize(
    "wrong", [{"kind": Kind.SAFETY}, {"holds_rules": True}, {"kind": Kind.OPIOID}]
)
def test_the_database_refuses_a_shadow_over_a_safety_answer(flag, wrong):
    with pytest.raises(IntegrityError, match="shadow_flag_is_of_rules_only"), transaction.atomic():
        Flag.objects.update(**wrong)


@pytest.mark.parametrize("status", ["worsening", "relapse", "window_complete"])
def test_in_shadow_the_patient_is_not_told_that_a_team_knows(flag, trial, maria, sign_in, status):
    numbers = {**TrialReview.objects.get().numbers, "status": status}
    TrialReview.objects.update(numbers=numbers)
    page = sign_in(maria.user).get(reverse("home")).content.decode()
    for words in ("your team has been asked", "Your team will look", "planned end of this step"):
        assert words not in page


def test_out_of_shadow_the_patient_is_told(trial, episode, maria, sign_in, now):
    keep_diary(episode, LEVEL, now.date())
    review_due_trials(now=now)
    numbers = {**TrialReview.objects.get().numbers, "status": "worsening"}
    TrialReview.objects.update(numbers=numbers)
    page = sign_in(maria.user).get(reverse("home")).content.decode()
    assert "your team has been asked" in page


def test_a_finding_that_outlives_its_decision_is_told_again(trial, episode, dr_kim, now):
    """The same evidence window may open a second flag: it must not come without its reason."""
    keep_diary(episode, LEVEL, now.date())
    review_due_trials(now=now)
    choice = Choice(kind="continue", reason="other", next_check_on=now.date() + timedelta(days=1))
    decide(flag=Flag.objects.get(), choice=choice, by=dr_kim, now=now)
    tomorrow = now + timedelta(days=1)
    keep_diary(episode, [6], tomorrow.date())
    review_due_trials(now=tomorrow)
    assert Flag.objects.open().get().findings.get().kind == Kind.PLATEAU
