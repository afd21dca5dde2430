"""Kill -9 in the middle of a chunk: nothing lost, nothing twice. Real worker, PostgreSQL and Redis."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from patients.models import Episode, Finding, Flag, ReviewDue
from tests.conftest import publish
from tests.factories import (
    ClinicAtNoonFactory,
    EpisodeFactory,
    PatientFactory,
    StaffFactory,
    TrialFactory,
    keep_diary,
)
from tests.running import environment, process, wait_until, waits_for_a_lock

pytestmark = pytest.mark.processes

PEOPLE = 6
BIN = Path(sys.executable).parent
WORKER = [
    str(BIN / "celery"), "--app", "spinecare", "worker", "--pool", "solo", "--loglevel", "INFO",
]  # fmt: skip


@pytest.fixture
def plateaus(transactional_db):
    """Six people whose diaries have levelled off; all their trials are due."""
    publish()
    clinic = ClinicAtNoonFactory()
    dr_kim = StaffFactory(clinic=clinic)
    for number in range(PEOPLE):
        patient = PatientFactory(clinic=clinic, by=dr_kim, name=f"Patient {number}")
        episode = EpisodeFactory(patient=patient, by=dr_kim)
        TrialFactory(episode=episode, by=dr_kim)
        keep_diary(episode, [6, 6, 5, 6, 7, 6, 6] * 8, timezone.now().date())
    ReviewDue.objects.update(due_at=timezone.now())


def order_review(own):
    """Put one message in the broker, as beat does each minute."""
    call = [str(BIN / "celery"), "--app", "spinecare", "call", "patients.tasks.review_due_trials"]
    subprocess.run(call, env=own, cwd=settings.BASE_DIR, check=True, capture_output=True)


def test_a_worker_killed_in_the_middle_loses_and_doubles_nothing(plateaus, tmp_path):
    own = environment()
    due = ReviewDue.objects.count()
    with process(WORKER, tmp_path / "first.log", own) as first, transaction.atomic():
        # The sweep has claimed its rows and assessed them when it comes to this lock.
        Episode.objects.select_for_update().get(pk=Episode.objects.latest("pk").pk)
        order_review(own)
        wait_until(waits_for_a_lock, 60, "the worker's claim")
        first.kill()
        first.wait()
    wait_until(lambda: not waits_for_a_lock(), 30, "the end of the killed worker's transaction")
    assert ReviewDue.objects.count() == due
    assert not Flag.objects.exists()

    with process(WORKER, tmp_path / "second.log", own):
        order_review(own)
        wait_until(lambda: not ReviewDue.objects.exists(), 60, "the second worker's review")
    assert Flag.objects.open().count() == PEOPLE
    assert Finding.objects.count() == PEOPLE
    lines = (tmp_path / "second.log").read_text().splitlines()
    said = [json.loads(line) for line in lines if '"trials reviewed"' in line]
    assert sum(line["trials"] for line in said) == PEOPLE
