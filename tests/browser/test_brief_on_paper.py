"""A full record on one sheet of paper, and the way there on a phone: questions one a page."""

import io
import re
import unicodedata
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from pypdf import PdfReader

from pathway.publish_criteria import publish_criteria
from patients.models import FunctionScore
from patients.packets.actions import sign_packet
from patients.record.actions.language import choose_language
from tests.browser.patient import full_record
from tests.conftest import publish
from tests.factories import ClinicAtNoonFactory, StaffFactory, keep_diary

pytestmark = [pytest.mark.browser, pytest.mark.processes]

CRITERIA = Path("pathway/criteria/medicare-esi-first.toml")
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


def test_a_packet_on_paper_says_what_its_page_says(episode, dr_kim, site, as_person):
    """Each row in its order, and on every sheet whose it is: name, birth date, record number."""
    now = timezone.now()
    keep_diary(episode, [6] * 200, now.date() - timedelta(days=1))
    asked, _new = publish_criteria(source=CRITERIA.read_text(), now=now)
    packet = sign_packet(episode=episode, asked=asked, by=dr_kim, now=now)
    page = as_person(dr_kim)
    page.goto(f"/packets/{packet.pk}/")
    shown = page.locator("table.paper tbody").first.inner_text()
    file = PdfReader(io.BytesIO(page.pdf(format="Letter")))
    patient = packet.content["patient"]
    sheets = [words(sheet.extract_text()) for sheet in file.pages]
    assert len(sheets) > 1
    for sheet in sheets:
        assert words(f"{patient['name']}, born {patient['birth_date']}") in sheet
        assert words(f"record {patient['number']}") in sheet
    printed, place = "".join(sheets), 0
    head = words(page.locator("table.paper thead").first.text_content())
    printed = printed.replace(head, "")
    for row in filter(None, map(words, shown.splitlines())):
        assert row in printed[place:], row
        place = printed.index(row, place)


def words(text):
    """Without blanks: lines break elsewhere on paper, where some letters are set as one."""
    return "".join(unicodedata.normalize("NFKC", text).split())
