"""Who sees to a flag, what can wait, and what happens when nobody does."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.models import Clinic, Notice
from patients import tasks
from patients.flags.actions import request_review
from patients.flags.ownership import acknowledge
from patients.flags.safety_answers import answer_safety
from patients.models import Decision, Finding, Flag, Kind, Severity, TrialReview
from patients.review.sweep import review_due_trials
from patients.worklist.actions.assignment import (
    CannotAssign,
    _tell_next,
    assign,
    give_back,
    return_lapsed_flags,
    tell_next_contacts,
)
from patients.worklist.actions.decide import decide
from patients.worklist.actions.effects import Choice
from patients.worklist.actions.snooze import discuss, snooze, stop_discussing, wake
from tests.factories import StaffFactory, TrialFactory, keep_diary
from tests.patients.safety_desk.stories import settle
from tests.stage import staged

pytestmark = pytest.mark.django_db

LEVEL = [6, 6, 5, 6, 7, 6, 6] * 8
WEDNESDAY_EVENING = datetime(2026, 3, 4, 22, tzinfo=UTC)  # 17:00 in New York
MINUTES = timedelta(minutes=1)


@staged
def flag(trial, episode, now):
    keep_diary(episode, LEVEL, now.date())
    review_due_trials(now=now)
    return Flag.objects.get()


@staged
def dr_lee(northside):
    return StaffFactory(clinic=northside, role="clinician", name="Dr. Lee")


@pytest.fixture
def say_yes(episode, maria, protocol):
    """Maria ticks the safety line."""
    questions = protocol.safety_questions.filter(on_every_log=True).in_order()

    def tick(now, number=0):
        answer_safety(
            episode=episode,
            yes_to=[questions[number]],
            submission_id=uuid4(),
            by=maria.user,
            now=now,
        )
        return Flag.objects.open().get()

    return tick


def worse_later(episode, now):
    later = now + timedelta(days=20)
    keep_diary(episode, [8, 9, 9, 8, 9] * 4, later.date())
    review_due_trials(now=later)


def told():
    return list(
        Notice.objects.filter(key__startswith="next-contact").values_list("email", flat=True)
    )


def test_who_acknowledges_owns_it_until_the_protocols_clock(flag, dr_kim, now):
    owned = acknowledge(flag=flag, by=dr_kim, now=now)
    assert (owned.owner, owned.owned_at, owned.owned_until) == (dr_kim, now, WEDNESDAY_EVENING)


def test_undone_it_is_the_teams_as_if_nothing_had_been(flag, dr_kim, now):
    acknowledge(flag=flag, by=dr_kim, now=now)
    assert give_back(flags=[flag]) == 1
    assert give_back(flags=[flag]) == 0
    flag.refresh_from_db()
    assert (flag.owner, flag.owned_at, flag.owned_until) == (None, None, None)


def test_undecided_it_goes_back_to_the_team_once_and_says_when(flag, dr_kim, now):
    acknowledge(flag=flag, by=dr_kim, now=now)
    assert return_lapsed_flags(now=WEDNESDAY_EVENING - MINUTES) == 0
    assert return_lapsed_flags(now=WEDNESDAY_EVENING) == 1
    assert return_lapsed_flags(now=WEDNESDAY_EVENING) == 0
    flag.refresh_from_db()
    assert (flag.owner, flag.owned_until) == (None, WEDNESDAY_EVENING)


def test_a_decided_flag_keeps_its_owner(flag, dr_kim, now):
    acknowledge(flag=flag, by=dr_kim, now=now)
    decide(flag=flag, choice=Choice(kind="reassess", reason="other"), by=dr_kim, now=now)
    assert return_lapsed_flags(now=WEDNESDAY_EVENING) == 0
    assert give_back(flags=[flag]) == 0


def test_a_colleague_is_given_flags_and_the_giver_is_named(flag, dr_kim, dr_lee, now):
    [given] = assign(flags=[flag], to=dr_lee.membership_as(), by=dr_kim, now=now)
    assert (given.owner, given.assigned_by, given.owned_until) == (
        dr_lee,
        dr_kim,
        WEDNESDAY_EVENING,
    )
    [taken] = assign(flags=[flag], to=dr_kim.membership_as(), by=dr_kim, now=now)
    assert (taken.owner, taken.assigned_by) == (dr_kim, None)


def test_what_was_decided_meanwhile_is_left_out(flag, dr_kim, dr_lee, now):
    decide(flag=flag, choice=Choice(kind="reassess", reason="other"), by=dr_kim, now=now)
    assert assign(flags=[flag], to=dr_lee.membership_as(), by=dr_kim, now=now) == []


def test_nobody_is_given_a_patient_whom_they_may_not_see(flag, dr_kim, dr_strand, sam, now):
    for other in (dr_strand, sam):
        with pytest.raises(CannotAssign):
            assign(flags=[flag], to=other.membership_as(), by=dr_kim, now=now)


def test_a_sleeping_flag_wakes_early_on_something_worse_and_says_so(flag, episode, dr_kim, now):
    month = now + timedelta(days=30)
    snooze(flag=flag, until=month, reason="Visit", by=dr_kim, now=now)
    worse_later(episode, now)
    flag.refresh_from_db()
    assert (flag.snoozed_until, flag.severity) == (None, Severity.REVIEW)
    assert flag.kind == Kind.WORSENING
    assert (flag.last_snoozed_at, flag.last_snoozed_by) == (now, dr_kim)
    assert flag.findings.filter(found_at__gt=flag.last_snoozed_at).get().kind == Kind.WORSENING


def test_something_lighter_lets_it_sleep(flag, episode, dr_kim, protocol, now):
    week = now + timedelta(days=7)
    snooze(flag=flag, until=week, reason="Visit", by=dr_kim, now=now)
    request_review(episode=episode, reason="", protocol=protocol, now=now)
    assert Flag.objects.snoozed(now).get() == flag


def test_a_sleep_is_taken_back(flag, dr_kim, now):
    snooze(flag=flag, until=now + timedelta(days=7), reason="x", by=dr_kim, now=now)
    woken = wake(flag=flag)
    assert (woken.snoozed_until, woken.snooze_reason, woken.last_snoozed_at) == (None, "", None)
    assert Flag.objects.awake(now).get() == flag


def test_the_weekly_meeting_has_a_list(flag, dr_kim, now):
    kept = discuss(flag=flag, note="Second opinion?", by=dr_kim, now=now)
    assert (kept.discuss_at, kept.discuss_by, kept.discuss_note) == (now, dr_kim, "Second opinion?")
    off = stop_discussing(flag=flag)
    assert (off.discuss_at, off.discuss_by, off.discuss_note) == (None, None, "")


def test_a_yes_that_nobody_took_on_goes_to_the_next_contact_once(trial, northside, say_yes, now):
    Clinic.objects.update(next_alert_email="second@northside.example")
    flag = say_yes(now)
    assert tell_next_contacts(now=now + 14 * MINUTES) == 0
    assert tell_next_contacts(now=now + 15 * MINUTES) == 1
    assert tell_next_contacts(now=now + 16 * MINUTES) == 0
    assert told() == ["second@northside.example"]
    flag.refresh_from_db()
    assert flag.told_next_at == now + 15 * MINUTES


def test_without_a_next_contact_the_first_is_told_again(trial, northside, say_yes, now):
    say_yes(now)
    tell_next_contacts(now=now + 15 * MINUTES)
    assert told() == [northside.alert_email]


def test_who_took_it_on_spares_the_next_contact(trial, say_yes, dr_kim, now):
    acknowledge(flag=say_yes(now), by=dr_kim, now=now + MINUTES)
    assert tell_next_contacts(now=now + 15 * MINUTES) == 0


def test_given_by_a_colleague_it_is_not_taken_on_yet(trial, say_yes, dr_kim, dr_lee, sign_in, now):
    """Dr. Lee may be away: the next contact is told unless she says herself that she has it."""
    flag = say_yes(now)
    later = now + timedelta(minutes=16)
    assign(flags=[flag], to=dr_lee.membership_as(), by=dr_kim, now=now)
    worklist = sign_in(dr_lee).get(reverse("worklist")).content.decode()
    assert f'id="own-{flag.pk}"' in worklist
    assert "Take over" not in worklist
    assert "I see to it" in sign_in(dr_lee).get(f"/safety-desk/{flag.pk}/").content.decode()
    assert Finding.objects.not_taken_on().exists()
    acknowledge(flag=flag, by=dr_lee, now=now)
    assert not Finding.objects.not_taken_on().exists()
    assign(flags=[flag], to=dr_lee.membership_as(), by=dr_kim, now=now)
    assert tell_next_contacts(now=later) == 1


def test_to_own_the_plateau_is_not_to_know_of_the_yes(flag, say_yes, dr_kim, now):
    acknowledge(flag=flag, by=dr_kim, now=now)
    say_yes(now + MINUTES)
    assert tell_next_contacts(now=now + 16 * MINUTES) == 1


def test_a_yes_to_another_question_is_told_again(trial, say_yes, now):
    say_yes(now)
    tell_next_contacts(now=now + 15 * MINUTES)
    flag = say_yes(now + 20 * MINUTES, number=1)
    assert flag.findings.count() == 2
    assert Notice.objects.filter(key__startswith="urgent-flag").count() == 2
    assert tell_next_contacts(now=now + 35 * MINUTES) == 1
    assert len(told()) == 2


def test_of_two_workers_at_once_one_tells(trial, say_yes, now):
    """Both have read the same answer; the second finds it told when it holds the row."""
    [finding] = say_yes(now).findings.all()
    later = now + 15 * MINUTES
    assert [_tell_next(finding, later), _tell_next(finding, later)] == [True, False]
    assert len(told()) == 1


def test_an_outcome_ends_the_waiting(trial, say_yes, dr_kim, now):
    settle(say_yes(now), dr_kim, now)
    assert tell_next_contacts(now=now + 15 * MINUTES) == 0


def test_the_clock_does_both(flag, say_yes, dr_kim, now):
    acknowledge(flag=flag, by=dr_kim, now=now - timedelta(days=7))
    say_yes(now - 20 * MINUTES)
    tasks.return_lapsed_flags()
    tasks.tell_next_contacts()
    flag.refresh_from_db()
    assert (flag.owner, flag.told_next_at) == (None, now)


def test_not_relevant_keeps_the_rule_silent_for_its_days_and_no_longer(
    flag, trial, episode, dr_kim, now
):
    """Also beside a second tier, of which the same diary says the same."""
    second = TrialFactory(episode=episode, by=dr_kim, level=3)
    review_due_trials(now=now)
    decide(flag=flag, choice=Choice(kind="not_relevant", reason="other"), by=dr_kim, now=now)
    until = now.date() + timedelta(days=28)
    quiet = TrialReview.objects.filter(trial__in=[trial, second]).values_list(
        "quiet_until", "quiet_kinds"
    )
    assert list(quiet) == [(until, ["plateau"])] * 2
    for days, speaks in ((10, False), (20, False)):
        later = now + timedelta(days=days)
        keep_diary(episode, [6] * 10, later.date())
        review_due_trials(now=later)
        assert Flag.objects.open().exists() is speaks, days
    after = now + timedelta(days=28)
    keep_diary(episode, [6] * 8, after.date())
    review_due_trials(now=after)
    assert Flag.objects.open().get().episode == episode


def test_not_relevant_does_not_silence_what_is_worse(flag, episode, dr_kim, now):
    decide(flag=flag, choice=Choice(kind="not_relevant", reason="other"), by=dr_kim, now=now)
    worse_later(episode, now)
    assert Flag.objects.open().get().kind == Kind.WORSENING
    assert Decision.objects.count() == 1
