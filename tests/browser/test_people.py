"""People come, change and go, on the smallest phone, by night, in large text, without script."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.actions import invite
from accounts.models import Clinic, Invitation, Membership, Notice
from patients.models import Patient
from patients.record.actions.register import invite_patient
from tests.browser.patient import SMALL
from tests.conftest import publish
from tests.factories import ClinicAtNoonFactory, PatientFactory, StaffFactory

pytestmark = [pytest.mark.browser, pytest.mark.processes]


@pytest.fixture
def home(transactional_db):
    """A clinic with Ada, Dr. Kim, who gets the safety e-mail, and Dr. Lee; Maria shares her address with Leo."""
    publish()
    clinic = ClinicAtNoonFactory()
    kim, _lee = (StaffFactory(clinic=clinic, name=name) for name in ("Dr. Kim", "Dr. Lee"))
    Clinic.objects.filter(pk=clinic.pk).update(alert_email=kim.email)
    maria = PatientFactory(clinic=clinic, by=kim, name="Maria Ortiz")
    PatientFactory(clinic=clinic, by=kim, name="Leo Ortiz", email=maria.email)
    zoe = {"email": "zoe@clinic.example", "name": "Zoe Zed", "role": "scheduler"}
    invite(clinic=clinic, by=kim, now=timezone.now(), **zoe)
    return StaffFactory(clinic=clinic, role="administrator", name="Ada Abel")


def key(model, **named):
    return model.objects.filter(**named).values_list("pk", flat=True).get()


def test_a_clinician_leaves_on_friday_without_script(home, as_person):
    page = as_person(home, **SMALL, java_script_enabled=False)
    page.goto("/people/")
    page.get_by_role("link", name="Dr. Kim").click()
    page.get_by_role("link", name="End their work here").click()
    hand_over = page.get_by_role("button", name="Hand over and end their work here")
    hand_over.click()
    expect(page.get_by_text("Choose who takes this on.").first).to_be_visible()
    page.get_by_label("Gets the e-mail about safety answers").select_option(label="Dr. Lee")
    hand_over.click()
    expect(page.get_by_text("Dr. Kim does not work here any more")).to_be_visible()
    expect(page.get_by_role("heading", name="Worked here before")).to_be_visible()


def test_a_couple_at_one_address_without_script(home, as_person):
    user = Patient.objects.get(name="Maria Ortiz").user
    page = as_person(user, **SMALL, java_script_enabled=False)
    page.goto("/home/")
    page.get_by_role("button", name="Leo Ortiz").click()
    expect(page.get_by_text("For Leo Ortiz")).to_be_visible()
    page.get_by_role("link", name="Someone else").click()
    page.get_by_role("button", name="Maria Ortiz").click()
    expect(page.get_by_text("For Maria Ortiz")).to_be_visible()


def test_a_carer_until_a_date_without_script(home, as_person, browser, site):
    """Ada asks Lucia in for Maria until tomorrow; Maria reads what Lucia did, and ends it at once."""
    Patient.objects.filter(name="Leo Ortiz").update(user=None)
    desk = as_person(home, **SMALL, java_script_enabled=False)
    desk.goto(f"/patients/{key(Patient, name='Maria Ortiz')}/carers/invite/")
    desk.get_by_label("Name", exact=True).fill("Lucia Lopez")
    desk.get_by_label("E-mail").fill("lucia@mail.example")
    desk.get_by_label("Grown-up child").check()
    desk.get_by_label("See all of these pages").check()
    desk.get_by_label("Last day").fill(f"{timezone.localdate() + timedelta(days=1)}")
    desk.get_by_role("button", name="Send the invitation").click()
    expect(desk.get_by_text("Invited, not here yet")).to_be_visible()
    window = browser.new_context(base_url=site, **SMALL, java_script_enabled=False)
    helper = window.new_page()
    helper.goto(Notice.objects.get(email="lucia@mail.example").path)
    helper.get_by_role("button", name="Create my account").click()
    expect(helper.get_by_text("For Maria Ortiz")).to_be_visible()
    user = Patient.objects.get(name="Maria Ortiz").user
    phone = as_person(user, **SMALL, java_script_enabled=False)
    phone.goto("/my-data/carers/")
    phone.get_by_role("link", name="Lucia Lopez").click()
    expect(phone.get_by_text("Looked at the first page")).to_be_visible()
    phone.get_by_role("button", name="End it now").click()
    helper.goto("/progress/")
    expect(helper.get_by_text("Maria")).to_have_count(0)
    window.close()


def test_every_page_about_people(home, as_person, look):
    maria, kim = key(Patient, name="Maria Ortiz"), key(Membership, user__name="Dr. Kim")
    zoe = key(Invitation, name="Zoe Zed")
    desk = as_person(home, **SMALL)
    for url in (
        "/people/", f"/people/{kim}/", f"/people/{kim}/role/", f"/people/{kim}/end/",
        f"/people/{kim}/second-step/", f"/people/invited/{zoe}/", f"/patients/{maria}/person/",
        f"/patients/{maria}/new-way-in/", f"/patients/{maria}/withdraw/", "/patients/register/",
        f"/patients/{maria}/carers/", f"/patients/{maria}/carers/invite/",
        "/intakes/", "/account/2fa/",
    ):  # fmt: skip
        assert desk.goto(url).status == 200, url
        look(desk)


def test_every_page_of_the_door(home, as_person, browser, site, look):
    joy = PatientFactory(clinic=Clinic.objects.get(), by=home, joined=False, name="Joy Adeyemi")
    invite_patient(patient=joy, by=home, now=timezone.now())
    user = Patient.objects.get(name="Maria Ortiz").user
    phone = as_person(user, **SMALL)
    for url in ("/who-for/", "/account/2fa/", "/account/2fa/webauthn/", "/still-you/"):
        assert phone.goto(url).status == 200, url
        look(phone)
    window = browser.new_context(base_url=site, **SMALL)
    stranger = window.new_page()
    path = joy.clinic.notices.get(email=joy.email).path
    for url in (path, "/join/nothing/", "/account/login/", "/account/password/reset/"):
        stranger.goto(url)
        look(stranger)
    stranger.goto("/account/login/code/")
    stranger.locator("input[type=email]").fill(joy.email)
    stranger.locator("main form button[type=submit]").first.click()
    expect(stranger.get_by_text("It works for 10 minutes.")).to_be_visible()
    look(stranger)
    window.close()
