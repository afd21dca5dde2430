"""The whole journey with real processes: logs, the job flags, the clinician decides, staff book.

Two people go it at once: Maria with script in the browser, Ben without.
"""

import re
from datetime import time, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Membership
from patients.flags.actions import current_trial
from patients.models import Flag, TrialReview
from scheduling.hours.actions import add_hours
from tests.conftest import publish
from tests.factories import (
    ClinicAtNoonFactory,
    EpisodeFactory,
    PatientFactory,
    StaffFactory,
    TrialFactory,
    keep_diary,
)

pytestmark = [pytest.mark.browser, pytest.mark.processes]

PHONE = {"viewport": {"width": 320, "height": 640}}
DESK = {"viewport": {"width": 1280, "height": 800}}
WITH_SCRIPT = {"Maria Ortiz": True, "Ben Shaw": False}
LEVEL = [6, 6, 5, 6, 7, 6, 6] * 8


@pytest.fixture
def clinic(transactional_db):
    publish()
    return ClinicAtNoonFactory(name="Northside Spine Clinic")


@pytest.fixture
def dr_kim(clinic):
    """Dr. Kim has hours all week, so that there is always a time to book."""
    user = StaffFactory(clinic=clinic, role="clinician", name="Dr. Kim")
    add_hours(
        membership=Membership.objects.get(user=user), room="Room 4", weekdays=range(7),
        starts=time(8), ends=time(18), slot_minutes=30, from_on=timezone.now().date(), until_on=None,
    )  # fmt: skip
    return user


@pytest.fixture
def sam(clinic):
    return StaffFactory(clinic=clinic, role="scheduler", name="Sam Silva")


@pytest.fixture
def in_therapy(clinic, dr_kim):
    """A patient eight weeks into tier 2 with a level diary to yesterday, looked at this morning."""

    def admit(name):
        patient = PatientFactory(clinic=clinic, by=dr_kim, name=name)
        episode = EpisodeFactory(patient=patient, by=dr_kim)
        trial = TrialFactory(episode=episode, by=dr_kim)
        keep_diary(episode, LEVEL, timezone.now().date() - timedelta(days=1))
        return trial

    return admit


def log_six(page, look):
    """Home, then log: two numbers and the exercises, then saved."""
    page.goto("/home/")
    look(page)
    page.get_by_role("link", name=re.compile("Log today")).first.click()
    look(page)
    page.locator("#id_average_pain_6").check(force=True)
    page.get_by_label("Some", exact=True).check(force=True)
    page.locator("details.more > summary").first.click()
    page.locator("#id_interference_6").check(force=True)
    page.get_by_role("button", name=re.compile("Save")).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile("saved", re.IGNORECASE))
    look(page)


def decide(page, patient, look):
    look(page)
    page.get_by_role("link", name=patient, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(patient)
    expect(page.locator("main")).to_contain_text("needs 4.2 or less")
    look(page)
    page.get_by_label("Step up", exact=True).check()
    page.get_by_label("To tier").select_option("3")
    page.get_by_label("Main reason").select_option("not_improving")
    page.get_by_role("button", name="Look over the decision").click()
    expect(page.locator("main")).to_contain_text("Asks staff for a visit within 10 days")
    look(page)
    page.get_by_role("button", name="Record decision").click()
    expect(page.locator("#status")).to_contain_text("Staff have been asked for a visit")


def book(page, patient, look):
    page.goto("/scheduling/")
    look(page)
    page.get_by_role("link", name=re.compile(f"Find a time.*{patient}")).click()
    look(page)
    page.get_by_role("button", name=re.compile("Dr. Kim")).first.click()
    look(page)
    page.get_by_role("button", name=re.compile("^Book")).first.click()
    expect(page.locator("#status")).to_contain_text("Booked")


def flagged_in_time(trial):
    """Within 90 seconds of the log, as a plateau."""
    flag = Flag.objects.get(trial=trial)
    logged = trial.episode.logs.latest("logged_at").logged_at
    assert flag.opened_at - logged < timedelta(seconds=90)
    assert TrialReview.objects.get(trial=trial).numbers["status"] == "plateau"


def test_a_log_becomes_a_flag_a_decision_and_a_visit(
    in_therapy, dr_kim, sam, at_work, as_person, is_accessible
):
    trials = {name: in_therapy(name) for name in WITH_SCRIPT}
    worklist = as_person(dr_kim, **DESK)
    worklist.goto("/worklist/")
    expect(worklist.locator("main")).to_contain_text("Nothing here.")
    # axe is a script itself: it looks where scripts run.
    look = {"Maria Ortiz": is_accessible, "Ben Shaw": lambda page: None}
    phones = {}
    for name, trial in trials.items():
        user = trial.episode.patient.user
        phones[name] = as_person(user, java_script_enabled=WITH_SCRIPT[name], **PHONE)
        log_six(phones[name], look[name])

    # No page is told: the row is the queue, the clock looks each minute, so does the worklist.
    for name, trial in trials.items():
        expect(worklist.get_by_role("link", name=name, exact=True)).to_be_visible(timeout=150_000)
        flagged_in_time(trial)
    for name in trials:
        desk = as_person(dr_kim, java_script_enabled=WITH_SCRIPT[name], **DESK)
        desk.goto("/worklist/")
        decide(desk, name, look[name])
        book(as_person(sam, java_script_enabled=WITH_SCRIPT[name], **DESK), name, look[name])
        phones[name].goto("/home/")
        expect(phones[name].locator("main")).to_contain_text("Room 4")
        look[name](phones[name])
    assert current_trial(trials["Maria Ortiz"].episode).level == 3
