"""Ada imports two diaries with real processes: one with script in the browser, one without."""

import pytest
from playwright.sync_api import expect

from patients.models import ImportRun, SymptomLog
from tests.conftest import publish
from tests.factories import ClinicAtNoonFactory, EpisodeFactory, PatientFactory, StaffFactory

pytestmark = [pytest.mark.browser, pytest.mark.processes]

PHONE = {"width": 320, "height": 640}
IN_TIME = 180_000  # ms; a busy machine


@pytest.fixture
def ada(transactional_db):
    publish()
    clinic = ClinicAtNoonFactory(name="Northside Spine Clinic")
    ada = StaffFactory(clinic=clinic, role="administrator", name="Ada Abel")
    for name in ("Maria", "Ben"):
        patient = PatientFactory(clinic=clinic, by=ada, name=name, number=f"N-{name}")
        EpisodeFactory(patient=patient, by=ada)
    return ada


def bring_in(page, name, seen):
    """The file, its columns, the check, the yes; `seen` looks at every page on the way."""
    page.goto("/imports/")
    seen(page)
    page.get_by_label("Patient's record number").fill(f"N-{name}")
    page.get_by_label("File").set_input_files("tests/data/faults.csv")
    page.get_by_role("button", name="Continue").click()
    score = page.get_by_label("Pain score, 0 to 10")
    expect(score).to_have_value("intensity", timeout=IN_TIME)
    seen(page)
    page.get_by_role("button", name="Check the file").click()
    arrive(page, "Checked, not imported yet")
    expect(page.locator("main")).to_contain_text("It says the same as line 13.")
    seen(page)
    page.get_by_role("button", name="Import 7 reports").click()
    arrive(page, "Imported")
    seen(page)


def arrive(page, heading):
    """The page gets there by itself."""
    expect(page.get_by_role("heading", level=1)).to_have_text(heading, timeout=IN_TIME)


def test_a_diary_is_imported_with_script_and_without(ada, at_work, as_person, is_accessible):
    def seen(page):
        is_accessible(page)
        wider = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not page.evaluate(wider), f"{page.url} scrolls sideways"

    bring_in(as_person(ada, viewport=PHONE), "Maria", seen)
    bring_in(as_person(ada, java_script_enabled=False), "Ben", lambda page: None)

    assert list(ImportRun.objects.values_list("state", "path")) == [("done", "")] * 2
    assert SymptomLog.objects.filter(entered_by=ada).count() == 14
