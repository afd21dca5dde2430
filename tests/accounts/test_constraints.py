"""What the database refuses is told by its constraint: only what people do has words of its own."""

from datetime import date

import pytest
from django.db import IntegrityError

from accounts.constraints import constraint_of
from patients.record.actions.register import (
    EpisodeOpen,
    NumberTaken,
    open_episode,
    register_patient,
)
from patients.record.actions.trials import TrialRunning, TrialStart, start_trial
from scheduling.referrals.actions import ReferralOpen, request_referral

pytestmark = pytest.mark.django_db
YEAR_ONE, JANUARY = date(1, 1, 1), date(2026, 1, 1)


def test_a_second_complaint_of_the_region_is_an_open_one(episode, dr_kim, now):
    complaint = {"condition": episode.condition, "by": dr_kim, "today": now.date()}
    with pytest.raises(EpisodeOpen):
        open_episode(
            patient=episode.patient, **complaint, region="back", radiating=False, onset_on=JANUARY
        )


def test_an_impossible_day_is_no_open_complaint(maria, episode, dr_kim, now):
    complaint = {"condition": episode.condition, "by": dr_kim, "today": now.date()}
    with pytest.raises(IntegrityError) as refused:
        open_episode(patient=maria, **complaint, region="neck", radiating=False, onset_on=YEAR_ONE)
    assert constraint_of(refused.value).startswith("episode_onset_on")


def test_a_second_trial_of_the_tier_runs_already(trial, dr_kim, now):
    with pytest.raises(TrialRunning):
        start_trial(
            episode=trial.episode,
            start=TrialStart(level=2, started_on=now.date()),
            by=dr_kim,
            now=now,
        )


def test_an_impossible_pain_is_no_running_trial(episode, dr_kim, now):
    start = TrialStart(level=2, started_on=now.date(), usual_pain=11)
    with pytest.raises(IntegrityError) as refused:
        start_trial(episode=episode, start=start, by=dr_kim, now=now)
    assert constraint_of(refused.value) == "trial_usual_pain_0_to_10"


def test_a_patient_without_a_number_has_no_number_of_another_one(northside, maria, ada, now):
    details = {"clinic": northside, "by": ada, "now": now, "name": "Ben"}
    with pytest.raises(NumberTaken):
        register_patient(**details, birth_date=date(1970, 1, 1), number=maria.number)
    with pytest.raises(IntegrityError):
        register_patient(**details, birth_date=date(1970, 1, 1), number="")


def test_a_referral_without_anybody_behind_it_is_no_open_one(maria, sam, now):
    request_referral(patient=maria, number="", by=sam, now=now)
    with pytest.raises(ReferralOpen):
        request_referral(patient=maria, number="", by=sam, now=now)


def test_a_refusal_without_a_constraint_has_no_name(maria):
    maria.name = None
    with pytest.raises(IntegrityError) as refused:
        maria.save()
    assert constraint_of(refused.value) == ""
