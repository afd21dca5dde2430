"""One bad row stops the review of one patient, and somebody is told; everybody else is reviewed."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import OperationalError, connection
from django.urls import reverse

from accounts.actions.set_apart import JobRun
from accounts.models import JobFailure
from pathway.models import Protocol
from patients.flags.actions import request_review
from patients.models import Episode, Patient, ReviewDue, SymptomLog, TierTrial, TrialReview
from patients.review import sweep
from patients.review.queue import mark_review_due
from patients.review.sweep import mark_trials_due, review_due_trials
from tests.factories import EpisodeFactory, PatientFactory, TrialFactory
from tests.patients.hostile import allow, put

pytestmark = pytest.mark.django_db

MANY = 2_000
BAD = 20


@pytest.fixture
def many_trials(trial, episode, maria, dr_kim, now):
    """Two thousand people like Maria, with a diary of five days each; written at once."""

    def like(row, **changes):
        values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
        return type(row)(**{**values, "id": None, **changes})

    people = Patient.objects.bulk_create(
        like(maria, number=f"M-{n}", user_id=None, invitation_id=None) for n in range(MANY)
    )
    episodes = Episode.objects.bulk_create(like(episode, patient_id=one.pk) for one in people)
    trials = TierTrial.objects.bulk_create(like(trial, episode_id=one.pk) for one in episodes)
    TrialReview.objects.bulk_create(TrialReview(trial=one) for one in trials)
    ReviewDue.objects.bulk_create(
        ReviewDue(trial=one, clinic=maria.clinic, due_at=now) for one in trials
    )
    SymptomLog.objects.bulk_create(
        SymptomLog(
            episode=one, submission_id=uuid4(), logged_at=now, entered_by=dr_kim, average_pain=6,
            local_date=now.date() - timedelta(days=back),
        )
        for one in episodes
        for back in range(5)
    )  # fmt: skip
    ReviewDue.objects.filter(trial=trial).delete()
    with connection.cursor() as cursor:  # as autovacuum does where rows are kept
        cursor.execute(
            "ANALYZE patients_patient, patients_episode, patients_tiertrial, patients_trialreview,"
            " patients_reviewdue, patients_symptomlog"
        )
    return [one.pk for one in trials]


def reviewed(now):
    return TrialReview.objects.filter(assessed_on=now.date())


def apart():
    return set(JobFailure.objects.of("review").values_list("row", flat=True))


def test_of_two_thousand_trials_twenty_are_bad_and_all_others_are_reviewed(
    many_trials, now, client, dr_kim, sign_in
):
    bad = {*many_trials[700:710], *many_trials[1500:1510]}
    allow(TierTrial)
    put(TierTrial, bad, started_on="-infinity")
    assert len(bad) == BAD
    assert review_due_trials(now=now) == MANY - BAD
    assert reviewed(now).count() == MANY - BAD
    assert apart() == bad
    assert not ReviewDue.objects.exists()
    shown = sign_in(dr_kim).get(reverse("worklist")).content.decode()
    assert f"{BAD} patients could not be reviewed" in shown
    notice = shown.split("could not be reviewed")[1].split("</ul>")[0]
    assert notice.count("<a href=") == BAD
    ready = client.get("/readyz").json()
    assert (ready["ready"], ready["degraded"], ready["set_apart"]) == (True, True, {"review": BAD})


@pytest.fixture
def joy(northside, dr_kim):
    patient = PatientFactory(clinic=northside, by=dr_kim, name="Joy")
    return TrialFactory(episode=EpisodeFactory(patient=patient, by=dr_kim), by=dr_kim)


@pytest.fixture
def poisoned(trial, joy):
    """Maria's trial began before all time; Joy's is as it should be."""
    allow(TierTrial)
    put(TierTrial, [trial.pk], started_on="-infinity")
    return trial.pk


def test_it_is_looked_at_again_when_its_record_changes_and_forgotten_when_it_is_right(
    poisoned, episode, joy, now
):
    assert review_due_trials(now=now) == 1
    failure = JobFailure.objects.get()
    assert str(failure) == f"review {poisoned}: DataError"
    assert failure.clinic == episode.patient.clinic
    mark_review_due(episode=episode, now=now)
    assert review_due_trials(now=now) == 0
    assert JobFailure.objects.get().tries == 2
    put(TierTrial, [poisoned], started_on=date(2026, 1, 5))
    mark_review_due(episode=episode, now=now)
    assert review_due_trials(now=now) == 1
    assert not JobFailure.objects.exists()


def test_the_clinic_is_told_where_it_looks(
    poisoned, maria, dr_kim, dr_strand, episode, sign_in, now
):
    """On the worklist, on the record and on a flag of hers; nobody elsewhere hears of it."""
    kim = sign_in(dr_kim)
    review_due_trials(now=now)
    put(TierTrial, [poisoned], started_on=date(2026, 1, 5))  # and nobody has looked since
    flag = request_review(episode=episode, reason="", protocol=Protocol.objects.current(), now=now)
    assert "1 patient could not be reviewed" in kim.get(reverse("worklist")).content.decode()
    for page in (reverse("record", args=[maria.pk]), reverse("flag", args=[flag.pk])):
        assert "This patient could not be reviewed" in kim.get(page).content.decode()
    elsewhere = sign_in(dr_strand).get(reverse("worklist")).content.decode()
    assert "could not be reviewed" not in elsewhere


def test_it_is_looked_at_again_once_each_morning(poisoned, now):
    review_due_trials(now=now)
    five = now + timedelta(hours=20)
    put(TierTrial, [poisoned], started_on=date(2026, 1, 5))
    put(TierTrial, [poisoned], usual_pain=None, window_days=0)
    assert mark_trials_due(now=five) == 2
    JobFailure.objects.update(failed_at=five)
    ReviewDue.objects.all().delete()
    assert mark_trials_due(now=five) == 1  # Joy; Maria's was tried this morning


def test_a_trial_that_ended_is_not_counted_any_more(poisoned, now):
    review_due_trials(now=now)
    put(TierTrial, [poisoned], ended_on=now.date(), outcome="unknown")
    mark_trials_due(now=now)
    assert not JobFailure.objects.exists()


def test_what_the_database_breaks_off_is_no_patients_fault(
    trial, stella, dr_strand, now, monkeypatch
):
    """Northside's chunk meets a deadlock: Southside is reviewed, Northside is due again."""
    other = TrialFactory(episode=EpisodeFactory(patient=stella, by=dr_strand), by=dr_strand)
    review = sweep._review

    def broken(trials, now):
        if trial.pk in trials:
            raise OperationalError("deadlock detected")
        return review(trials, now)

    monkeypatch.setattr(sweep, "_review", broken)
    with pytest.raises(OperationalError):
        review_due_trials(now=now)
    assert set(reviewed(now).values_list("pk", flat=True)) == {other.pk}
    assert ReviewDue.objects.get().trial == trial
    assert not JobFailure.objects.exists()


@pytest.mark.parametrize("claims", [True, False])
def test_no_row_is_blamed_for_what_was_no_rows_fault(trial, now, monkeypatch, claims):
    """The connection is lost while a row is done, or the rows cannot even be claimed."""

    def lost(*_, **__):
        raise OperationalError("server closed the connection unexpectedly")

    if claims:
        with pytest.raises(OperationalError):
            JobRun(JobFailure.Job.REVIEW, now).do([trial.pk], lost)
    else:
        monkeypatch.setattr(type(ReviewDue.objects.all()), "claim", broken_claim)
        with pytest.raises(ValueError, match="no claim"):
            review_due_trials(now=now)
    assert not JobFailure.objects.exists()


def broken_claim(*_):
    raise ValueError("no claim")


def test_a_clinic_that_cannot_be_marked_stops_no_other(
    trial, stella, dr_strand, northside, now, monkeypatch
):
    TrialFactory(episode=EpisodeFactory(patient=stella, by=dr_strand), by=dr_strand)
    review_due_trials(now=now)
    morning_of = sweep.morning_of

    def broken(clinic, now):
        if clinic == northside:
            raise ValueError("no morning")
        return morning_of(clinic, now)

    monkeypatch.setattr(sweep, "morning_of", broken)
    assert mark_trials_due(now=now + timedelta(days=1)) == 1
    assert JobFailure.objects.get().job == JobFailure.Job.MARK_DUE


def test_each_clinic_has_its_turn(trial, joy, stella, dr_strand, now, monkeypatch):
    """Northside has more than a chunk: Southside does not wait for all of it."""
    TrialFactory(episode=EpisodeFactory(patient=stella, by=dr_strand), by=dr_strand)
    turns, review = [], sweep._review

    def noted(trials, now):
        turns.extend(
            TierTrial.objects.filter(pk__in=trials).values_list(
                "episode__patient__clinic__name", flat=True
            )
        )
        return review(trials, now)

    monkeypatch.setattr(sweep, "_review", noted)
    assert review_due_trials(now=now, chunk=1) == 3
    assert [name.split()[0] for name in turns] == ["Northside", "Southside", "Northside"]
