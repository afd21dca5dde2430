"""Why a flag fired, worked out again, and the administrator's shadow: read on a desk and a phone."""

import pytest
from django.utils import timezone

from patients.models import Flag
from patients.review.shadow import set_shadow_mode
from patients.review.sweep import review_due_trials
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

LEVEL = [6, 6, 5, 6, 7, 6, 6] * 8
SIZES = ({"width": 1280, "height": 800}, {"width": 320, "height": 640})


def test_every_page_about_a_reason_is_accessible_and_fits(
    transactional_db, as_person, is_accessible
):
    publish()
    clinic, now = ClinicAtNoonFactory(), timezone.now()
    kim = StaffFactory(clinic=clinic, role="clinician", name="Dr. Kim")
    ada = StaffFactory(clinic=clinic, role="administrator", name="Ada Abel")
    flag = noticed(level_diary(clinic, kim, "Maria Ortiz", now), now)
    set_shadow_mode(clinic=clinic, on=True, by=ada, now=now)
    assert noticed(level_diary(clinic, kim, "Ben Shaw", now), now).shadow
    for size in SIZES:
        desk, office = (as_person(user, viewport=size) for user in (kim, ada))
        for page, url in (
            (desk, f"/flags/{flag.pk}/"),
            (desk, f"/flags/{flag.pk}/explain/"),
            (office, "/shadow/"),
            (office, "/shadow/switch/"),
            (office, "/shadow/calibration/"),
        ):
            page.goto(url)
            for folded in page.locator("details").all():
                folded.evaluate("each => each.open = true")
            is_accessible(page)
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= size["width"], f"{url} is {wide} wide at {size['width']}"


def level_diary(clinic, by, name, now):
    episode = EpisodeFactory(patient=PatientFactory(clinic=clinic, by=by, name=name), by=by)
    TrialFactory(episode=episode, by=by)
    keep_diary(episode, LEVEL, now.date())
    return episode


def noticed(episode, now):
    review_due_trials(now=now)
    return Flag.objects.get(episode=episode)
