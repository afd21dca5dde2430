"""A job notices what the diary shows: flags once, folds, keeps quiet after a decision."""

import json
import threading
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import numpy as np
import pytest
import time_machine
from django.db import connection, transaction

from accounts.actions.set_apart import JobRun
from accounts.models import JobFailure
from pathway.rules import Status, TrialSeries, assess, numbers_of
from patients import tasks
from patients.flags.ownership import acknowledge
from patients.logs.actions.log import withdraw_log
from patients.models import Finding, Flag, Kind, ReviewDue, TrialReview
from patients.questionnaires.actions.scores import FilledForm, record_total
from patients.review.queue import mark_review_due
from patients.review.series import batches, numbers_of_all, running
from patients.review.sweep import mark_trials_due, review_due_trials
from tests.factories import EpisodeFactory, LogFactory, PatientFactory, TrialFactory, keep_diary
from tests.running import wait_until, waits_for_a_lock

pytestmark = pytest.mark.django_db

LEVEL = [6, 6, 5, 6, 7, 6, 6] * 8
FALLING = [round(6 - 4 * day / 55) for day in range(56)]


def sweep(now):
    return review_due_trials(now=now)


def test_a_diary_that_stays_level_is_flagged_with_its_numbers(trial, episode, now):
    keep_diary(episode, LEVEL, now.date())
    sweep(now)
    flag = Flag.objects.open().get()
    assert (flag.trial, flag.kind) == (trial, Kind.PLATEAU)
    assert flag.sentence.startswith("6.0 → 6.0 in 8 weeks; needs 4.2 or less")
    finding = flag.findings.get()
    assert finding.numbers["status"] == "plateau"
    assert finding.protocol == trial.tier.protocol
    assert finding.inputs_digest


def test_the_sentence_says_how_well_the_step_was_done_and_logged(trial, episode, now):
    """Seven weeks of eight were logged; on the rest of them half of the programme was done."""
    answers = {7: "done", 8: "none", 9: "rest", 10: "some"}
    for day in range(7, 56):
        LogFactory(
            episode=episode, local_date=now.date() - timedelta(days=55 - day),
            average_pain=6, programme=answers.get(day, ""),
        )  # fmt: skip
    sweep(now)
    words = Flag.objects.get().sentence
    assert words.endswith("; programme done 50 %; 7 of 8 weeks well logged"), words


def test_a_falling_diary_raises_no_flag_and_the_status_says_so(trial, episode, now):
    keep_diary(episode, FALLING, now.date())
    sweep(now)
    assert not Flag.objects.exists()
    assert TrialReview.objects.get(trial=trial).status in {Status.IMPROVING, Status.RESPONDED}


def test_a_second_sweep_writes_nothing_new(trial, episode, now):
    keep_diary(episode, LEVEL, now.date())
    sweep(now)
    mark_review_due(episode=episode, now=now)
    assert sweep(now) == 1
    assert Flag.objects.count() == Finding.objects.count() == 1
    assert not ReviewDue.objects.exists()


def test_the_next_days_fold_into_the_open_flag(trial, episode, now):
    keep_diary(episode, LEVEL, now.date())
    sweep(now)
    tomorrow = now + timedelta(days=1)
    LogFactory(episode=episode, local_date=tomorrow.date(), average_pain=6, now=tomorrow)
    sweep(tomorrow)
    assert Finding.objects.count() == 1


def test_worsening_outweighs_the_plateau_that_was_found_first(trial, episode, now):
    keep_diary(episode, LEVEL, now.date())
    sweep(now)
    flag = Flag.objects.get()
    later = now + timedelta(days=20)
    keep_diary(episode, [8, 9, 9, 8, 9] * 4, later.date())
    review_due_trials(now=later)
    flag.refresh_from_db()
    assert flag.kind == Kind.WORSENING
    assert set(flag.findings.values_list("kind", flat=True)) == {Kind.PLATEAU, Kind.WORSENING}


def test_a_second_tier_that_runs_beside_makes_no_second_flag(trial, episode, dr_kim, now):
    TrialFactory(episode=episode, by=dr_kim, level=3, days_ago=50)
    keep_diary(episode, LEVEL, now.date())
    sweep(now)
    flag = Flag.objects.get()
    assert flag.findings.count() == 2


def test_a_patient_who_stopped_logging_is_called_and_the_flag_goes_when_logs_return(
    trial, episode, now
):
    keep_diary(episode, [6] * 40, (now - timedelta(days=12)).date())
    sweep(now)
    silent = Flag.objects.get()
    assert silent.kind == Kind.SILENT
    keep_diary(episode, [4, 4, 4, 4, 4, 4, 4, 4, 4], now.date())
    sweep(now)
    silent.refresh_from_db()
    assert silent.closing == Flag.Closing.WITHDRAWN


def test_a_silent_flag_that_somebody_owns_stays_until_they_decide(trial, episode, dr_kim, now):
    keep_diary(episode, [6] * 40, (now - timedelta(days=12)).date())
    sweep(now)
    acknowledge(flag=Flag.objects.get(), by=dr_kim, now=now)
    keep_diary(episode, [4] * 9, now.date())
    sweep(now)
    assert Flag.objects.open().exists()


def test_the_end_of_the_window_asks_for_a_review(episode, dr_kim, now):
    TrialFactory(episode=episode, by=dr_kim, days_ago=84)
    keep_diary(episode, [3] * 60, now.date())
    sweep(now)
    assert Flag.objects.get().kind == Kind.WINDOW_COMPLETE


def test_in_the_morning_every_running_trial_is_due_once(trial, episode, now):
    sweep(now)
    before_five = now + timedelta(hours=19)
    five = now + timedelta(hours=20)
    assert mark_trials_due(now=before_five) == 0
    assert mark_trials_due(now=five) == 1
    assert mark_trials_due(now=five) == 0
    sweep(five)
    assert mark_trials_due(now=five) == 0


YEAR, DAY = timedelta(days=365), timedelta(days=1)


@pytest.mark.parametrize("was_reviewed", [True, False])
def test_a_clock_that_was_a_year_ahead_for_a_minute_stops_no_review(trial, now, was_reviewed):
    sweep(now)
    mark_trials_due(now=now + YEAR)
    if was_reviewed:
        sweep(now + YEAR)
    mark_trials_due(now=now + DAY)
    assert sweep(now + DAY) == 1
    assert TrialReview.objects.get(trial=trial).assessed_on == (now + DAY).date()
    assert mark_trials_due(now=now + DAY) == 0


def test_what_was_set_apart_under_a_clock_that_was_ahead_is_tried_again(trial, now):
    sweep(now)
    JobRun(JobFailure.Job.REVIEW, now + YEAR).failed(trial.pk, ValueError())
    assert mark_trials_due(now=now + DAY) == 1


def test_a_trial_that_begins_next_week_waits(episode, dr_kim, now):
    trial = TrialFactory(episode=episode, by=dr_kim, days_ago=-7)
    sweep(now)
    assert TrialReview.objects.get(trial=trial).status is None


def test_the_last_log_of_a_day_is_the_days_value(trial, episode, now):
    keep_diary(episode, LEVEL, now.date())
    keep_diary(episode, [1] * 20, now.date())
    sweep(now)
    assert TrialReview.objects.get(trial=trial).numbers["mean_14"] == 1.0


def test_overall_change_is_no_function_score(trial, episode, protocol, dr_kim, now):
    keep_diary(episode, LEVEL, now.date())
    for weeks, answer in ((6, 7), (1, 1)):
        record_total(
            episode=episode,
            form=FilledForm(protocol.instruments.get(key="pgic"), uuid4(), {}),
            total=Decimal(answer),
            by=dr_kim,
            now=now - timedelta(weeks=weeks),
        )
    sweep(now)
    assert TrialReview.objects.get(trial=trial).numbers["function_share"] is None


def test_a_log_taken_back_does_not_count(trial, episode, now):
    logs = keep_diary(episode, [9], now.date())
    withdraw_log(log=logs[0], now=logs[0].logged_at)
    sweep(now)
    assert TrialReview.objects.get(trial=trial).numbers["count_14"] == 0


def test_the_numbers_of_a_whole_batch_are_those_of_each_trial(now):
    pain = np.array([LEVEL, FALLING, [0] * 56, [np.nan] * 56], np.float32)
    answer = assess(TrialSeries(pain, np.array([6, 6, np.nan, 0]), 84, from_day=55))
    alone = [numbers_of(answer, row).as_json() for row in range(4)]
    assert numbers_of_all(answer) == alone
    assert json.dumps(numbers_of_all(answer)) == json.dumps(alone)


def test_a_trial_without_a_single_log_is_looked_at_too(trial, now):
    assert sweep(now) == 1
    assert TrialReview.objects.get(trial=trial).numbers["mean_14"] is None


def test_logs_from_before_the_trial_are_no_days_of_it_but_what_it_began_from(trial, episode, now):
    keep_diary(episode, [9] * 14 + [5] * 20, trial.started_on + timedelta(days=19))
    sweep(now)
    [batch] = batches(running([trial.pk], now))
    assert batch.series.pain_before.tolist() == [9.0]
    assert np.nanmax(batch.series.pain) == 5.0


def total(key, weeks_ago, value, *, episode, protocol, dr_kim, now):
    record_total(
        episode=episode,
        form=FilledForm(protocol.instruments.get(key=key), uuid4(), {}),
        total=Decimal(value),
        by=dr_kim,
        now=now - timedelta(weeks=weeks_ago),
    )


def test_the_questionnaire_answered_most_often_is_followed_up_to_the_day_asked_about(
    trial, episode, protocol, dr_kim, now
):
    people = {"episode": episode, "protocol": protocol, "dr_kim": dr_kim, "now": now}
    total("odi", 7, 40, **people)
    total("odi", 1, 20, **people)
    total("ndi", 3, 50, **people)
    [run] = running([trial.pk], now)
    [batch] = batches([replace(run, today=run.today - timedelta(weeks=2)), run])
    then, today = batch.series.function
    assert then[~np.isnan(then)].tolist() == [40]
    assert today[~np.isnan(today)].tolist() == [40, 20]
    assert batch.digests[0] != batch.digests[1]


def test_the_tasks_are_one_call_each(trial, episode, now):
    keep_diary(episode, LEVEL, now.date())
    due = ReviewDue.objects.first()
    assert str(due).startswith(f"Trial {trial.pk} since")
    tasks.review_due_trials()
    assert str(TrialReview.objects.get()) == f"Review of trial {trial.pk}"
    assert Flag.objects.exists()
    with time_machine.travel(now + timedelta(days=1), tick=False):
        tasks.mark_trials_due()
    assert ReviewDue.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_the_same_trials_wait_in_line(trial, northside, dr_kim, now):
    joy = PatientFactory(clinic=northside, by=dr_kim, name="Joy")
    other = TrialFactory(episode=EpisodeFactory(patient=joy, by=dr_kim), by=dr_kim)
    first, second = sorted([trial.pk, other.pk])
    TrialReview.objects.filter(pk=first).update(quiet_kinds=[])  # now behind the second on disk

    def other_worker():
        sweep(now)
        connection.close()

    worker = threading.Thread(target=other_worker)
    with transaction.atomic():
        TrialReview.objects.select_for_update().get(pk=first)
        worker.start()
        wait_until(waits_for_a_lock, 30, "the other worker's wait")
        assert TrialReview.objects.select_for_update(nowait=True).get(pk=second)
    worker.join()
    assert TrialReview.objects.filter(assessed_on=now.date()).count() == 2
