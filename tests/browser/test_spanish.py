"""Maria's phone is in Spanish: 320 px wide, and every page fits; Learn answers as she types."""

import pytest
from playwright.sync_api import expect

from patients.record.actions.language import choose_language
from tests.conftest import publish
from tests.factories import (
    ClinicAtNoonFactory,
    EpisodeFactory,
    PatientFactory,
    StaffFactory,
    TrialFactory,
)

pytestmark = [pytest.mark.browser, pytest.mark.processes]

PAGES = (
    *(
        "/home/",
        "/log/",
        "/progress/",
        "/my-pathway/",
        "/visits/",
        "/activities/",
        "/questionnaires/check-in/",
    ),
    *("/safety/", "/review/", "/reminders/", "/help-now/", "/learn/sources/"),
    *(f"/learn/steps/{level}/" for level in range(1, 6)),
)
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
def maria(transactional_db):
    """Maria as of today, in a step; the browser's clock does not stand still."""
    publish()
    clinic = ClinicAtNoonFactory()
    kim = StaffFactory(clinic=clinic, role="clinician", name="Dr. Kim")
    patient = PatientFactory(clinic=clinic, by=kim, name="Maria Ortiz")
    TrialFactory(episode=EpisodeFactory(patient=patient, by=kim), by=kim)
    choose_language(user=patient.user, language="es")
    return patient


@pytest.fixture
def phone(as_person, maria):
    return as_person(maria.user, viewport={"width": 320, "height": 640})


def test_every_page_fits_a_small_phone(phone, is_accessible):
    for path in PAGES:
        assert phone.goto(path).url.endswith(path)
        expect(phone.locator("html")).to_have_attribute("lang", "es")
        assert not phone.evaluate(TOO_WIDE), path
        is_accessible(phone)


def test_learn_answers_as_she_types_and_keeps_her_in_the_field(phone, is_accessible):
    phone.goto("/learn/")
    phone.get_by_role("searchbox").press_sequentially("inyec")
    expect(phone.locator("#count")).to_have_text("3 páginas encontradas")
    expect(phone.get_by_role("link", name="Inyección epidural de esteroides")).to_be_visible()
    expect(phone.get_by_role("searchbox")).to_be_focused()
    is_accessible(phone)
    phone.get_by_role("searchbox").fill("xyzzy")
    expect(phone.locator("#count")).to_have_text("No se encontró nada.")


def test_without_script_a_press_changes_the_language_and_another_searches(as_person, maria):
    phone = as_person(maria.user, java_script_enabled=False)
    phone.goto("/learn/")
    phone.get_by_role("button", name="English").click()
    expect(phone.locator("html")).to_have_attribute("lang", "en")
    phone.get_by_role("button", name="Español").click()
    phone.get_by_role("searchbox").fill("ciatica")
    phone.get_by_role("button", name="Buscar").click()
    phone.get_by_role("link", name="Ciática").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Ciática")
