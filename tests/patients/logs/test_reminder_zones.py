"""A zone that nobody knows, left by an import or a slip, stops no other patient's reminder."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import JobFailure, Notice
from patients.logs.actions.reminders import remind_of_logs
from patients.models import Patient
from tests.factories import EpisodeFactory, PatientFactory, TrialFactory
from tests.patients.hostile import allow, put

pytestmark = pytest.mark.django_db

SIX_PM = datetime(2026, 3, 2, 23, 0, tzinfo=UTC)  # in New York


@pytest.mark.parametrize("zone", ["Mars/Olympus", "/etc/passwd", "..", "", "America"])
def test_a_zone_that_nobody_knows_is_set_apart_and_the_others_are_reminded(
    zone, episode, maria, northside, dr_kim, now
):
    TrialFactory(episode=episode, by=dr_kim, days_ago=10)
    ben = PatientFactory(clinic=northside, by=dr_kim, name="Ben")
    TrialFactory(episode=EpisodeFactory(patient=ben, by=dr_kim), by=dr_kim, days_ago=10)
    allow(Patient)
    put(Patient, [ben.pk], time_zone=zone)

    assert remind_of_logs(now=SIX_PM) == 1

    assert Notice.objects.get(kind=Notice.Kind.LOG_REMINDER).email == maria.user.email
    apart = JobFailure.objects.get()
    assert (apart.job, apart.row) == (JobFailure.Job.REMINDERS, ben.pk)

    Patient.objects.filter(pk=ben.pk).update(time_zone=maria.time_zone)
    assert remind_of_logs(now=SIX_PM + timedelta(minutes=15)) == 1
    assert not JobFailure.objects.exists()
