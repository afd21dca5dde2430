"""The database refuses bad states; each constraint of the record is attacked."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import F

from patients.care_team.actions.access import note_access
from patients.flags.actions import request_review
from patients.models import (
    AccessLog,
    ClinicProtocol,
    Decision,
    Episode,
    Finding,
    Flag,
    FunctionScore,
    OwnActivity,
    Patient,
    PriorTreatment,
    SymptomLog,
    TierTrial,
    TreatmentCycle,
    VisitRequest,
)
from patients.questionnaires.actions.scores import FilledForm, choose_activities, record_peg
from patients.record.actions.register import EpisodeOpen, record_prior_treatment, use_protocol
from patients.record.actions.trials import TrialRunning, end_trial, start_cycle
from patients.review.sweep import review_due_trials
from patients.worklist.actions.decide import decide
from patients.worklist.actions.effects import Choice
from patients.worklist.actions.snooze import snooze
from tests.factories import EpisodeFactory, LogFactory, TrialFactory, keep_diary
from tests.stage import staged

pytestmark = pytest.mark.django_db


def refuses(name, change):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        change()


@staged
def whole_record(trial, episode, maria, dr_kim, protocol, now):
    """A row of everything, made through actions."""
    keep_diary(episode, [6] * 56, now.date())
    review_due_trials(now=now)
    record_prior_treatment(
        episode=episode,
        by=dr_kim,
        now=now,
        level=1,
        what="Walking",
        weeks=8,
        attended=True,
        helped="no",
    )
    start_cycle(
        trial=trial,
        modality=trial.tier.modalities.in_order()[0],
        started_on=trial.started_on,
        by=dr_kim,
    )
    choose_activities(episode=episode, wordings=["Gardening"], now=now)
    form = FilledForm(protocol.instruments.get(key="peg"), uuid4(), {"1": 6, "2": 6, "3": 6})
    record_peg(episode=episode, form=form, by=maria.user, now=now)
    choice = Choice(kind="reassess", reason="other")
    decide(flag=Flag.objects.get(), choice=choice, by=dr_kim, now=now)
    use_protocol(clinic=maria.clinic, protocol=protocol, by=dr_kim, now=now)
    note_access(patient=maria, user=dr_kim, page="flag", now=now)


@pytest.mark.parametrize(
    ("model", "fields", "name"),
    [
        (Patient, {"number": ""}, "patient_has_number"),
        (Episode, {"onset_on": "2027-01-01"}, "episode_onset_before_opening"),
        (Episode, {"closed_on": "2026-03-05"}, "episode_closed_on_with_by"),
        *[
            (Episode, half, "episode_described_whole_or_not_at_all")
            for half in (
                {"region": "knee"}, {"region": ""}, {"onset_on": None}, {"condition": None},
                {"region": "", "onset_on": None}, {"condition": None, "onset_on": None},
                {"region": "", "onset_on": None, "condition": None, "radiating": True},
            )
        ],
        (PriorTreatment, {"level": 5}, "prior_treatment_level_known"),
        (PriorTreatment, {"weeks": 0}, "prior_treatment_weeks_possible"),
        (TierTrial, {"level": 6}, "trial_level_known"),
        (TierTrial, {"window_days": 6}, "trial_window_possible"),
        (TierTrial, {"usual_pain": 11}, "trial_usual_pain_0_to_10"),
        (TierTrial, {"pain_before": 11}, "trial_pain_before_0_to_10"),
        (TierTrial, {"extension_days": 7}, "trial_extension_whole"),
        (TierTrial, {"ended_on": "2026-03-02"}, "trial_end_whole"),
        (TierTrial, {"extended_at": "2026-03-02T00:00Z", "extended_by": F("started_by"),
                     "extension_reason": "x"}, "trial_extension_whole"),
        (TierTrial, {"ended_by": F("started_by"), "outcome": "partial"}, "trial_end_whole"),
        (Episode, {"closed_by": F("opened_by")}, "episode_closed_on_with_by"),
        (TreatmentCycle, {"ended_on": "2025-01-01"}, "cycle_ends_after_start"),
        *[
            (SymptomLog, {score: 11}, f"log_{score}_0_to_10")
            for score in (
                "average_pain", "worst_pain", "interference", "neck_pain", "back_pain",
                "arm_pain", "leg_pain",
            )
        ],
        (FunctionScore, {"percent": Decimal(101)}, "function_percent_0_to_100"),
        (OwnActivity, {"position": 4}, "own_activity_position_1_to_3"),
        (OwnActivity, {"wording": ""}, "own_activity_has_words"),
        (Flag, {"severity": 4}, "flag_severity_known"),
        (Flag, {"closing": ""}, "flag_closed_at_with_closing"),
        (Flag, {"owned_at": "2026-03-02T00:00Z"}, "flag_owned_at_with_owner"),
        (Flag, {"snooze_reason": "later"}, "flag_snooze_whole"),
        (VisitRequest, {"closed_at": "2026-03-02T00:00Z"}, "visit_request_closed_at_with_by"),
    ],
)  # fmt: skip
def test_a_row_is_whole_or_refused(model, fields, name, whole_record):
    refuses(name, lambda: model.objects.update(**fields))


def test_a_safety_flag_cannot_be_put_to_sleep_behind_the_actions(trial, episode, dr_kim, now):
    keep_diary(episode, [6] * 56, now.date())
    review_due_trials(now=now)
    snooze(flag=Flag.objects.get(), until=now, reason="x", by=dr_kim, now=now)
    refuses("safety_flag_never_snoozed", lambda: Flag.objects.update(holds_rules=True))


def test_two_trials_of_a_tier_never_overlap(trial, episode, dr_kim, now):
    with pytest.raises(TrialRunning):
        TrialFactory(episode=episode, by=dr_kim, days_ago=3)
    end_trial(trial=trial, outcome="unknown", by=dr_kim, today=now.date())
    assert TrialFactory(episode=episode, by=dr_kim, days_ago=0).level == 2
    refuses(
        "trials_of_a_tier_never_overlap",
        lambda: TierTrial.objects.filter(pk=trial.pk).update(
            ended_on=now.date() + timedelta(days=1)
        ),
    )


def test_one_open_complaint_of_a_region(episode, maria, dr_kim):
    with pytest.raises(EpisodeOpen):
        EpisodeFactory(patient=maria, by=dr_kim)
    assert EpisodeFactory(patient=maria, by=dr_kim, region="neck").region == "neck"


def test_one_open_flag(trial, episode, protocol, now):
    flag = request_review(episode=episode, reason="", protocol=protocol, now=now)
    flag.pk = None
    refuses("one_open_flag_per_trial", flag.save)
    flag.pk, flag.trial = None, None
    flag.save()
    flag.pk = None
    refuses("one_open_flag_per_episode_without_trial", flag.save)


def test_one_log_per_form_of_a_complaint(episode, now):
    log = LogFactory(episode=episode)
    log.pk = None
    refuses("one_log_per_form", log.save)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"kind": "step_up"}, "decision_step_names_tier"),
        ({"kind": "extend"}, "decision_extension_names_days"),
        ({"kind": "continue"}, "decision_to_go_on_names_check"),
        ({"kind": "reassess"}, "one_first_decision_per_flag"),
    ],
)
def test_a_decision_is_whole_and_the_first_is_one(fields, name, whole_record, dr_kim, now):
    refuses(
        name,
        lambda: Decision.objects.create(
            flag=Flag.objects.get(), reason="other", decided_by=dr_kim, decided_at=now, **fields
        ),
    )


def test_one_patient_a_number_and_one_protocol_a_moment(whole_record, maria):
    maria.pk, maria.user, maria.invitation = None, None, None
    refuses("one_patient_per_number", maria.save)
    used = ClinicProtocol.objects.get()
    used.pk = None
    refuses("one_protocol_at_a_time", used.save)


def test_one_own_activity_a_place(whole_record):
    activity = OwnActivity.objects.get()
    activity.pk = None
    refuses("one_own_activity_per_position", activity.save)


@pytest.mark.parametrize("model", [Finding, AccessLog, ClinicProtocol, Decision])
def test_what_is_append_only_stays(model, whole_record):
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        model.objects.all()._raw_delete("default")
    row = model.objects.first()
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        row.save()


@pytest.mark.parametrize("model", [Patient, Episode, TierTrial, SymptomLog, Flag, FunctionScore])
def test_history_cannot_be_rewritten(model, whole_record):
    events = model.pgh_event_model.objects
    assert events.exists()
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        events.all().delete()


def test_every_row_says_what_it_is(whole_record):
    for model in (
        PriorTreatment, OwnActivity, FunctionScore, Finding, ClinicProtocol, Decision, VisitRequest,
        Flag,
    ):  # fmt: skip
        assert str(model.objects.first())
