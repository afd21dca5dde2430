"""A full record on one sheet of paper, and the way there on a phone: questions one a page."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from patients import actions
from patients.models import FunctionScore, MedicationCourse, TierTrial
from tests.conftest import publish
from tests.factories import (
    ClinicFactory,
    EpisodeFactory,
    PatientFactory,
    StaffFactory,
    TrialFactory,
    keep_diary,
)

pytestmark = [pytest.mark.browser, pytest.mark.processes]

PHONE = {"viewport": {"width": 320, "height": 640}}
QUESTION = "I would like to know whether I may lift boxes again. " * 5


@pytest.fixture(autouse=True)
def _allow_sync_database_calls(monkeypatch):
    """Playwright runs a loop in this thread; our own database calls beside it are synchronous."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture
def dr_kim(transactional_db):
    publish()
    return StaffFactory(clinic=ClinicFactory(), role="clinician", name="Dr. Kim")


@pytest.fixture
def episode(dr_kim):
    """As much as one page has to hold: five steps, six medicines, all measures, a long question."""
    now = timezone.now()
    clinic = dr_kim.membership_as("clinician").clinic
    maria = PatientFactory(clinic=clinic, by=dr_kim, name="Maria Ortiz")
    episode = EpisodeFactory(patient=maria, by=dr_kim)
    for level, days_ago in ((1, 300), (2, 260), (3, 200), (2, 140)):
        trial = TrialFactory(
            episode=episode, by=dr_kim, level=level, days_ago=days_ago, window_days=42
        )
        end = now.date() - timedelta(days=days_ago - 35)
        actions.end_trial(trial=trial, outcome=TierTrial.Outcome.PARTIAL, by=dr_kim, today=end)
    trial = TrialFactory(episode=episode, by=dr_kim, level=4, days_ago=90)
    shot = trial.tier.modalities.get(key="epidural-steroid-injection")
    for ago in (80, 50, 20):
        day = now.date() - timedelta(days=ago)
        actions.start_cycle(trial=trial, modality=shot, started_on=day, by=dr_kim)
    for name in ("Naproxen", "Paracetamol", "Duloxetine", "Capsaicin", "Tizanidine", "Ibuprofen"):
        MedicationCourse.objects.create(
            episode=episode, modality=trial.tier.protocol.modalities.get(key="nsaid"), name=name,
            is_opioid=False, use="planned", started_on=trial.started_on, recorded_at=now,
            recorded_by=dr_kim,
        )  # fmt: skip
    keep_diary(episode, [6] * 85, now.date())
    actions.choose_activities(
        episode=episode, wordings=["Walk to the shop", "Sleep through the night", "Lift my child"],
        now=now - timedelta(days=90),
    )  # fmt: skip
    instruments = trial.tier.protocol.instruments
    keys = ("activity-one", "activity-two", "activity-three")
    for ago in (60, 1):
        then = {"by": maria.user, "now": now - timedelta(days=ago)}
        mine = instruments.get(key="my-three-activities")
        form = actions.Form(mine, uuid4(), dict.fromkeys(keys, 5))
        actions.record_activities(episode=episode, form=form, **then)
        for key, total in (("peg", 6), ("rmdq", 12)):
            form = actions.Form(instruments.get(key=key), uuid4(), {})
            actions.record_total(episode=episode, form=form, total=total, **then)
    actions.ask_for_visit(episode=episode, question=QUESTION.strip(), now=now)
    return episode


def sheets(page, paper):
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(format=paper)))


def test_a_full_record_fits_one_sheet_for_both_readers(
    episode, dr_kim, site, as_person, is_accessible
):
    hers = as_person(episode.patient.user, **PHONE)
    hers.goto("/visit-brief/")
    his = as_person(dr_kim)
    his.goto(f"/episodes/{episode.pk}/brief/")
    for page in (hers, his):
        is_accessible(page)
        assert [sheets(page, paper) for paper in ("A4", "Letter")] == [1, 1]
    assert hers.evaluate("document.documentElement.scrollWidth") == 320
    hers.goto("/progress/")
    is_accessible(hers)


def test_questions_are_answered_one_a_page_with_and_without_script(
    episode, site, as_person, is_accessible
):
    FunctionScore.objects.filter(instrument__key="peg").delete()
    for script in (True, False):
        phone = as_person(episode.patient.user, java_script_enabled=script, **PHONE)
        phone.goto("/questions/peg/")
        phone.get_by_role("link", name="Start").click()
        for number in range(3):
            expect(phone.locator("main")).to_contain_text(f"Question {number + 1} of 3")
            if script:
                is_accessible(phone)
            phone.locator(f"#id_answer_{number}").check()
            phone.get_by_role("button", name="Continue").click()
        if script:
            is_accessible(phone)
        phone.get_by_role("button", name="Send my answers").click()
        expect(phone.get_by_role("heading", level=1)).to_contain_text("Your answers were sent.")
    assert [float(one.total) for one in FunctionScore.objects.filter(instrument__key="peg")] == [
        1,
        1,
    ]
