"""A clinician decides: recorded for good, and carried out in the same breath."""

from datetime import date, timedelta

import pytest
from django.db import ProgrammingError, transaction

from accounts.models import Notice
from patients.flags.actions import AlreadyClosed, request_review
from patients.flags.ownership import acknowledge
from patients.models import Decision, Flag, Kind, TierTrial, TrialReview, VisitRequest
from patients.record.actions.trials import (
    AlreadyExtended,
    TrialRunning,
    end_trial,
    extend_trial,
    start_cycle,
)
from patients.review.sweep import review_due_trials
from patients.worklist.actions.decide import correct
from patients.worklist.actions.decide import decide as decide_action
from patients.worklist.actions.effects import Choice, effects_of, outcome_of
from patients.worklist.actions.snooze import snooze
from tests.factories import LogFactory, StaffFactory, TrialFactory, keep_diary
from tests.stage import staged

pytestmark = pytest.mark.django_db

Do, Why = Decision.Kind, Decision.Reason


@staged
def flag(trial, episode, now):
    keep_diary(episode, [6, 6, 5, 6, 7, 6, 6] * 8, now.date())
    review_due_trials(now=now)
    return Flag.objects.get()


def decide(flag, by, now, kind, reason=Why.NOT_IMPROVING, **more):
    choice = Choice(kind=kind, reason=reason, **more)
    return decide_action(flag=flag, choice=choice, by=by, now=now)


def test_step_up_ends_the_trial_with_its_outcome_and_asks_for_a_visit(flag, trial, dr_kim, now):
    decision = decide(flag, dr_kim, now, Do.STEP_UP, to_level=3, patient_sentence="More help.")
    trial.refresh_from_db()
    flag.refresh_from_db()
    assert (trial.ended_on, trial.outcome) == (now.date(), TierTrial.Outcome.NOT_RESPONDED)
    medication = TierTrial.objects.active().get()
    assert (medication.level, medication.usual_pain, medication.reason) == (3, 6, "More help.")
    assert decision.visit_request.purpose == VisitRequest.Purpose.NEXT_STEP
    assert decision.visit_request.due_on == date(2026, 3, 12)
    assert flag.closing == Flag.Closing.DECIDED


def test_medication_may_run_beside_therapy(flag, trial, dr_kim, now):
    decide(flag, dr_kim, now, Do.STEP_UP, to_level=3, keep_running=True)
    assert set(TierTrial.objects.active().values_list("level", flat=True)) == {2, 3}


def test_step_up_to_a_tier_that_runs_keeps_nothing(flag, episode, dr_kim, now):
    TrialFactory(episode=episode, by=dr_kim, level=3, days_ago=10)
    with pytest.raises(TrialRunning):
        decide(flag, dr_kim, now, Do.STEP_UP, to_level=3)
    assert Flag.objects.open().exists()
    assert not Decision.objects.exists()


def test_the_last_step_is_a_reassessment_within_the_protocols_days(flag, dr_kim, now):
    decision = decide(flag, dr_kim, now, Do.STEP_UP, to_level=5)
    assert decision.visit_request.purpose == VisitRequest.Purpose.REASSESSMENT
    assert decision.visit_request.due_on == now.date() + timedelta(days=28)


def test_reassess_brings_the_patient_in_and_changes_no_tier(flag, trial, dr_kim, now):
    decision = decide(flag, dr_kim, now, Do.REASSESS)
    assert decision.visit_request.purpose == VisitRequest.Purpose.REASSESSMENT
    assert TierTrial.objects.active().get() == trial


def test_step_down_goes_to_a_lighter_tier_without_a_visit(flag, dr_kim, now):
    decision = decide(flag, dr_kim, now, Do.STEP_DOWN, Why.IMPROVED, to_level=1)
    assert TierTrial.objects.active().get().level == 1
    assert not hasattr(decision, "visit_request")


def test_continue_keeps_quiet_until_the_check_and_then_speaks_again(flag, episode, dr_kim, now):
    check = now.date() + timedelta(days=14)
    decide(flag, dr_kim, now, Do.CONTINUE, next_check_on=check)
    for days in (7, 15):
        later = now + timedelta(days=days)
        keep_diary(episode, [6] * 8, later.date())
        review_due_trials(now=later)
        assert Flag.objects.open().exists() is (days == 15)


@pytest.mark.parametrize(
    ("choice", "days"),
    [
        ({"kind": Do.REASSESS}, 28),
        ({"kind": Do.STEP_UP, "to_level": 3, "keep_running": True}, 10),
        ({"kind": Do.EXTEND, "extension_days": 28}, 28),
    ],
    ids=["reassess", "step up beside", "extend"],
)
def test_where_the_trial_runs_on_the_same_finding_waits_for_the_visit(
    flag, trial, episode, dr_kim, now, choice, days
):
    decide(flag, dr_kim, now, choice.pop("kind"), **choice)
    tomorrow = now + timedelta(days=1)
    keep_diary(episode, [6], tomorrow.date())
    review_due_trials(now=tomorrow)
    assert not Flag.objects.open().exists()
    assert TrialReview.objects.get(trial=trial).quiet_until == now.date() + timedelta(days=days)


def test_something_worse_breaks_the_quiet(flag, episode, dr_kim, now):
    decide(flag, dr_kim, now, Do.CONTINUE, next_check_on=now.date() + timedelta(days=26))
    later = now + timedelta(days=20)
    keep_diary(episode, [8, 9, 9, 8, 9] * 4, later.date())
    review_due_trials(now=later)
    assert Flag.objects.open().get().kind == Kind.WORSENING


def test_not_relevant_silences_the_rule_for_the_protocols_days(flag, trial, dr_kim, now):
    decide(flag, dr_kim, now, Do.NOT_RELEVANT, Why.OTHER)
    review = TrialReview.objects.get(trial=trial)
    assert (review.quiet_from, review.quiet_until) == (now.date(), now.date() + timedelta(days=28))
    assert review.quiet_kinds == ["plateau"]


def test_a_trial_is_extended_once(flag, trial, episode, dr_kim, now):
    decide(flag, dr_kim, now, Do.EXTEND, Why.IMPROVING_SLOWLY, extension_days=28)
    trial.refresh_from_db()
    assert trial.length_days == 112
    assert trial.extension_reason == "Improving slowly"
    assert trial.ends_on == trial.started_on + timedelta(days=112)
    with pytest.raises(AlreadyExtended):
        extend_trial(trial=trial, days=7, reason="again", by=dr_kim, now=now)
    with pytest.raises(ProgrammingError, match="pgtrigger: Cannot"), transaction.atomic():
        TierTrial.objects.update(extension_days=90)


@pytest.mark.parametrize(("more_days", "exceeded"), [(42, None), (43, 84)])
def test_an_extension_beyond_the_protocols_longest_trial_says_so(
    episode, dr_kim, protocol, now, more_days, exceeded
):
    TrialFactory(episode=episode, by=dr_kim, window_days=42, days_ago=30)
    flag = request_review(episode=episode, reason="", protocol=protocol, now=now)
    choice = Choice(kind=Do.EXTEND, reason=Why.OTHER, extension_days=more_days)
    assert effects_of(flag, choice, now).exceeds_days == exceeded


def test_the_second_clinician_is_told_and_nothing_is_saved(flag, northside, dr_kim, now):
    decide(flag, dr_kim, now, Do.REASSESS)
    dr_lee = StaffFactory(clinic=northside, role="clinician", name="Sara Lee")
    with pytest.raises(AlreadyClosed):
        decide(flag, dr_lee, now, Do.STEP_UP, to_level=4)
    assert Decision.objects.get().decided_by == dr_kim


def test_the_patient_gets_an_email_that_says_only_that_something_waits(flag, maria, dr_kim, now):
    decide(flag, dr_kim, now, Do.REASSESS, patient_sentence="We would like to see you.")
    notice = Notice.objects.get(kind=Notice.Kind.MESSAGE_WAITING)
    assert (notice.email, notice.path) == (maria.email, "/home/")


def test_decisions_are_corrected_by_a_further_entry_and_never_changed(flag, dr_kim, now):
    decision = decide(flag, dr_kim, now, Do.STEP_UP, to_level=4, note="see MRI")
    correction = correct(decision=decision, note="MRI of the other side", by=dr_kim, now=now)
    assert correction.corrects == decision
    with pytest.raises(ProgrammingError, match="pgtrigger: Cannot"), transaction.atomic():
        Decision.objects.update(note="never happened")


def test_a_flag_without_a_trial_can_start_the_first_one(episode, protocol, dr_kim, now):
    flag = request_review(episode=episode, reason="", protocol=protocol, now=now)
    assert (flag.sentence, flag.trial) == ("Asks for a review", None)
    decide(flag, dr_kim, now, Do.STEP_UP, to_level=2)
    trial = TierTrial.objects.active().get()
    assert (trial.level, trial.usual_pain) == (2, None)


def test_a_trial_that_was_never_looked_at_ends_as_unknown(trial):
    assert outcome_of(trial) == "unknown"


def test_an_owner_is_named_and_a_closed_flag_takes_none(flag, dr_kim, now):
    assert acknowledge(flag=flag, by=dr_kim, now=now).owner == dr_kim
    assert Flag.objects.owned_by(dr_kim).exists()
    decide(flag, dr_kim, now, Do.REASSESS)
    with pytest.raises(AlreadyClosed):
        acknowledge(flag=flag, by=dr_kim, now=now)
    assert Flag.objects.closed().get() == flag


def test_a_snoozed_flag_wakes_by_itself(flag, dr_kim, now):
    snooze(flag=flag, until=now + timedelta(days=3), reason="visit on Thursday", by=dr_kim, now=now)
    assert Flag.objects.snoozed(now).exists()
    assert not Flag.objects.awake(now).exists()
    assert Flag.objects.awake(now + timedelta(days=3)).exists()


def test_ending_a_trial_ends_its_cycles_and_does_it_once(trial, dr_kim, now):
    modality = trial.tier.modalities.in_order()[0]
    cycle = start_cycle(trial=trial, modality=modality, started_on=trial.started_on, by=dr_kim)
    for _ in range(2):
        end_trial(trial=trial, outcome="unknown", by=dr_kim, today=now.date())
    cycle.refresh_from_db()
    assert cycle.ended_on == now.date()
    assert str(cycle).endswith(str(trial.started_on))


def test_a_request_with_words_folds_into_the_open_flag(flag, episode, protocol, now):
    again = request_review(episode=episode, reason="The exercises hurt", protocol=protocol, now=now)
    assert again == flag
    assert flag.findings.count() == 2
    # The patient was promised an answer in two working days; a plateau alone would have five.
    again.refresh_from_db()
    assert (flag.due_at.date(), again.due_at.date()) == (date(2026, 3, 9), date(2026, 3, 4))


def test_a_log_after_the_decision_is_looked_at_under_the_new_trial(flag, episode, dr_kim, now):
    decide(flag, dr_kim, now, Do.STEP_UP, to_level=3)
    LogFactory(episode=episode, average_pain=5, now=now + timedelta(minutes=1))
    assert review_due_trials(now=now + timedelta(minutes=2)) == 1
