"""A full record on one sheet of paper, and the way there on a phone: questions one a page."""

import re

import pytest
from playwright.sync_api import expect

from patients.models import FunctionScore
from patients.record.actions.language import choose_language
from tests.browser.patient import full_record
from tests.conftest import publish
from tests.factories import ClinicAtNoonFactory, StaffFactory

pytestmark = [pytest.mark.browser, pytest.mark.processes]

PHONE = {"viewport": {"width": 320, "height": 640}}


@pytest.fixture
def dr_kim(transactional_db):
    publish()
    return StaffFactory(clinic=ClinicAtNoonFactory(), role="clinician", name="Dr. Kim")


@pytest.fixture
def episode(dr_kim):
    return full_record(dr_kim)


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
    choose_language(user=episode.patient.user, language="es")
    hers.reload()
    assert [sheets(hers, paper) for paper in ("A4", "Letter")] == [1, 1]
    hers.goto("/progress/")
    is_accessible(hers)


def test_questions_are_answered_on_one_page_with_and_without_script(
    episode, site, as_person, is_accessible
):
    FunctionScore.objects.filter(instrument__key="peg").delete()
    for script in (True, False):
        phone = as_person(episode.patient.user, java_script_enabled=script, **PHONE)
        phone.goto("/questionnaires/check-in/")
        for number, question in enumerate(phone.get_by_role("main").get_by_role("group").all()):
            question.get_by_role("radio").nth(number % 3).check()
        if script:
            is_accessible(phone)
        phone.get_by_role("button", name="Send my answers").click()
        expect(phone.get_by_role("heading", level=1)).to_contain_text("Your answers were sent.")
    assert [float(one.total) for one in FunctionScore.objects.filter(instrument__key="peg")] == [
        1,
        1,
    ]
