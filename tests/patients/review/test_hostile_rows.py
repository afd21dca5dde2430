"""Whatever stands in one row, each job comes to its end and does its work for everybody else."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.actions import post_notice, send_due_notices
from accounts.models import JobFailure, Notice
from patients.flags.actions import request_review
from patients.flags.ownership import acknowledge
from patients.logs.actions.reminders import set_reminder_hour
from patients.models import (
    Episode,
    Finding,
    Flag,
    FunctionScore,
    Kind,
    MedicationCourse,
    Patient,
    Procedure,
    SymptomLog,
    TierTrial,
    TreatmentCycle,
    TrialReview,
)
from patients.review.sweep import review_due_trials
from tests.factories import EpisodeFactory, PatientFactory, TrialFactory, keep_diary
from tests.jobs import every_job
from tests.patients.hostile import allow, put
from tests.patients.record_data import a_medicine, an_injection

pytestmark = pytest.mark.django_db

LEVEL = [6, 6, 5, 6, 7, 6, 6] * 8
FIELDS = (
    (TierTrial, "started_on"), (Procedure, "done_on"), (MedicationCourse, "started_on"),
    (MedicationCourse, "ended_on"), (SymptomLog, "local_date"), (SymptomLog, "logged_at"),
    (Episode, "onset_on"), (Episode, "opened_on"), (Episode, "watch_until"),
    (TreatmentCycle, "started_on"), (TreatmentCycle, "ended_on"), (FunctionScore, "local_date"),
    (Patient, "birth_date"), (Patient, "reminders_snoozed_until"), (TrialReview, "quiet_until"),
    (TrialReview, "status_since"), (Flag, "owned_until"), (Flag, "due_at"), (Flag, "snoozed_until"),
    (Finding, "since"), (Finding, "as_of"), (Finding, "found_at"),
)  # fmt: skip
VALUES = ("0001-01-01", "0001-01-01 BC", "0026-03-02", "9999-12-31", "infinity", "-infinity")


@pytest.fixture
def clinic_of_two(trial, episode, maria, dr_kim, northside, protocol, now):
    """Maria and Joy have the same record; only Maria's rows will be hostile. Returns Joy's trial."""
    joy = PatientFactory(clinic=northside, by=dr_kim, name="Joy")
    own = EpisodeFactory(patient=joy, by=dr_kim)
    step = TrialFactory(episode=own, by=dr_kim)
    for patient, complaint in ((maria, episode), (joy, own)):
        keep_diary(complaint, LEVEL, now.date() - timedelta(days=1))
        an_injection(complaint, dr_kim, now, days_ago=20)
        a_medicine(complaint, dr_kim, now, key="opioid", days_ago=40)
        set_reminder_hour(patient=patient, hour=9, now=now)
        flag = request_review(episode=complaint, reason="", protocol=protocol, now=now)
        acknowledge(flag=flag, by=dr_kim, now=now)
    review_due_trials(now=now)
    Notice.objects.all().delete()
    for model in {model for model, _field in FIELDS}:
        allow(model)
    return step


def rows_of(model, patient):
    path = {
        Patient: "pk", Episode: "patient", TrialReview: "trial__episode__patient",
        TreatmentCycle: "trial__episode__patient", Finding: "flag__episode__patient",
    }.get(model, "episode__patient")  # fmt: skip
    return list(model.objects.filter(**{path: patient.pk}).values_list("pk", flat=True))


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(field=st.sampled_from(FIELDS), value=st.sampled_from(VALUES))
def test_every_job_does_its_work_for_everybody_else(field, value, clinic_of_two, maria, now):
    model, name = field
    tomorrow = now + timedelta(days=1)
    with transaction.atomic():
        put(model, rows_of(model, maria), **{name: value})
        every_job(tomorrow)
        assert (
            clinic_of_two.review.__class__.objects.get(pk=clinic_of_two.pk).assessed_on
            == tomorrow.date()
        )
        assert Notice.objects.filter(email=clinic_of_two.episode.patient.user.email).exists()
        assert Finding.objects.filter(
            kind=Kind.OPIOID, flag__episode=clinic_of_two.episode
        ).exists()
        transaction.set_rollback(True)


@pytest.mark.parametrize("value", ["0001-01-01", "0026-03-02", "9999-12-31"])
def test_pages_about_a_hostile_procedure_open(
    value, clinic_of_two, episode, maria, dr_kim, sign_in
):
    put(Procedure, rows_of(Procedure, maria), done_on=value)
    put(TreatmentCycle, rows_of(TreatmentCycle, maria), started_on=value)
    if value < "9":  # an injection of year 1 opened a step of year 1; none was ever ahead
        put(TierTrial, rows_of(TierTrial, maria)[-1:], started_on=value)
    kim, own = sign_in(dr_kim), sign_in(maria.user)
    for page in (
        reverse("record", args=[maria.pk]), reverse("records", args=[episode.pk]),
        reverse("timeline", args=[maria.pk]), reverse("visit_brief_clinic", args=[episode.pk]),
        reverse("worklist"), reverse("flag", args=[Flag.objects.get(episode=episode).pk]),
    ):  # fmt: skip
        assert kim.get(page).status_code == 200, page
    for page in ("visit_brief", "home", "progress"):
        assert own.get(reverse(page)).status_code == 200, page


def test_a_notice_that_cannot_be_written_waits_and_stops_no_other(northside, now):
    """A subject with a line of its own would be a header; nothing of it is sent, the others are."""
    Notice.objects.all().delete()
    for who in ("maria@mail.example\nBcc: all@mail.example", "joy@mail.example"):
        post_notice(
            kind=Notice.Kind.VISIT_BOOKED,
            key=who,
            clinic=northside,
            email=who,
            path="/home/",
            now=now,
        )
    assert send_due_notices(now=now) == 1
    assert [message.to for message in mail.outbox] == [["joy@mail.example"]]
    assert JobFailure.objects.get().job == JobFailure.Job.NOTICES
    for turn in range(1, 6):
        send_due_notices(now=now + timedelta(minutes=6 * turn))
    assert Notice.objects.get(given_up_at__isnull=False).tries == 5
    assert JobFailure.objects.get().tries == 5
