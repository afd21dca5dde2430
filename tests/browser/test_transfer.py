"""A transfer refused: Dr. Kim offers Maria to Southside, which says why not; without script, on a phone."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.patient import SMALL
from tests.conftest import publish
from tests.factories import ClinicAtNoonFactory, PatientFactory, StaffFactory

pytestmark = [pytest.mark.browser, pytest.mark.processes]


def test_a_transfer_refused(transactional_db, as_person):
    publish()
    north, south = (
        ClinicAtNoonFactory(name=f"{name} Spine Clinic") for name in ("Northside", "Southside")
    )
    kim = StaffFactory(clinic=north, name="Dr. Kim")
    ann = StaffFactory(clinic=south, name="Ann Arc", role="administrator")
    maria = PatientFactory(clinic=north, by=kim, name="Maria Ortiz")
    page = as_person(kim, **SMALL, java_script_enabled=False)
    page.goto(reverse("offer_transfer", args=[maria.pk]))
    page.get_by_label("Southside Spine Clinic").check()
    page.get_by_label("Why", exact=True).fill("She moves to Denver")
    page.get_by_label("We spoke here").check()
    page.get_by_role("button", name="Offer the transfer").click()
    expect(page.get_by_text("The other clinic and the patient are told.")).to_be_visible()

    theirs = as_person(ann, **SMALL, java_script_enabled=False)
    theirs.goto(reverse("transfers"))
    theirs.get_by_role("link", name="Maria Ortiz").click()
    expect(theirs.get_by_text("She moves to Denver")).to_be_visible()
    theirs.get_by_label("Why not").fill("We have no room before June")
    theirs.get_by_role("button", name="Reject").click()
    expect(theirs.get_by_text("Rejected. The other clinic reads why.")).to_be_visible()

    page.reload()
    expect(page.get_by_text("We have no room before June")).to_be_visible()
