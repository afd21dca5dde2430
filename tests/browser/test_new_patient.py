"""Joy is new: from the invitation in her mail to her first visit, on a small phone, in her language."""

import re
from datetime import time
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from playwright.sync_api import expect

from accounts.models import Membership, Notice
from pathway.models import Protocol
from patients.flags.actions import request_review
from patients.models import Intake, VisitRequest
from patients.record.actions.register import invite_patient
from patients.worklist.actions.decide import decide
from patients.worklist.actions.effects import Choice
from scheduling import slots
from scheduling.hours.actions import add_hours
from scheduling.visits.actions.offer import offer
from tests.conftest import publish
from tests.factories import ClinicAtNoonFactory, PatientFactory, StaffFactory
from tests.patients.intakes import ANSWERS, page_answers
from tests.running import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.processes]

SMALL = {"viewport": {"width": 320, "height": 640}}


@pytest.fixture
def clinic(transactional_db):
    publish()
    return ClinicAtNoonFactory(name="Northside Spine Clinic")


@pytest.fixture
def dr_kim(clinic):
    user = StaffFactory(clinic=clinic, role="clinician", name="Dr. Kim")
    add_hours(
        membership=Membership.objects.get(user=user), room="Room 4", weekdays=range(7),
        starts=time(8), ends=time(18), slot_minutes=30, from_on=timezone.now().date(), until_on=None,
    )  # fmt: skip
    return user


@pytest.fixture(params=["en", "es"])
def joy(request, clinic, dr_kim):
    """Registered and invited, no account yet."""
    joy = PatientFactory(
        clinic=clinic, by=dr_kim, name="Joy Adeyemi", joined=False, language=request.param,
        email=f"joy-{timezone.now():%H%M%S%f}@mail.example",
    )  # fmt: skip
    invite_patient(patient=joy, by=dr_kim, now=timezone.now())
    return joy


@pytest.fixture
def phone(site, at_work, browser, joy):
    window = browser.new_context(base_url=site, locale=joy.language, **SMALL)
    yield window.new_page()
    window.close()


def codes_for(address):
    """The codes of the letters to this address, the newest last."""
    letters = sorted(
        Path(settings.EMAIL_FILE_PATH).glob("*.log"), key=lambda one: one.stat().st_mtime
    )
    mine = "".join(text for text in (one.read_text() for one in letters) if address in text)
    return re.findall(r"^([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})$", mine, re.MULTILINE)


def code_for(address):
    """The worker sends it within a moment."""
    wait_until(lambda: codes_for(address), 180, "the letter with the code")
    return codes_for(address)[-1]


def go_on(page):
    page.locator("main form button[type=submit]").first.click()


def fits(page):
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 320, f"{page.url} is {width} px wide"


def join(page, joy):
    """With one press; and on a later day, on another phone, with a code."""
    page.goto(Notice.objects.get(kind="invitation", email=joy.email).path)
    go_on(page)
    page.wait_for_url("**/home/")
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.goto("/account/login/code/")
    page.locator("input[type=email]").fill(joy.email)
    go_on(page)
    page.locator("[name=code]").fill(code_for(joy.email))
    go_on(page)
    page.wait_for_url("**/home/")


def fill_in(page, answers):
    for name, value in answers.items():
        for one in value if isinstance(value, list) else [value]:
            choice = page.locator(
                f'input[name="{name}"][value="{one}"]:is([type=radio],[type=checkbox])'
            )
            field = page.locator(f'[name="{name}"]')
            if choice.count():
                choice.check()
            elif field.count() and one and field.first.evaluate("one => one.localName") == "select":
                field.select_option(one)
            elif field.count():
                field.fill(one)


def answer_everything(page, look, language):
    page.locator("main a.button").first.click()
    protocol = Protocol.objects.current()
    for key in ANSWERS:
        page.wait_for_url(f"**/intake/{key}/")
        fits(page)
        look(page)
        own = {"language": language} if key == "contact" else {}
        fill_in(page, page_answers(key, protocol, **own))
        go_on(page)
    page.wait_for_url("**/intake/check/")
    expect(page.locator("html")).to_have_attribute("lang", language)
    fits(page)
    look(page)
    go_on(page)
    page.wait_for_url("**/intake/sent/")


def confirm(desk, look):
    desk.goto("/intakes/")
    look(desk)
    desk.get_by_role("link", name="Joy Adeyemi").click()
    look(desk)
    desk.locator("#id_condition").select_option(index=1)
    level = Intake.objects.get().suggested_level
    desk.locator(f'[name=level][value="{level}"]').check()
    desk.get_by_role("button", name="Confirm and start care").click()
    expect(desk.locator("#status")).to_contain_text("Care has started")


def offer_a_visit(joy, dr_kim):
    now, episode = timezone.now(), joy.episodes.get()
    protocol = Protocol.objects.current()
    flag = request_review(episode=episode, reason="", protocol=protocol, now=now)
    choice = Choice(kind="reassess", reason="patient_preference")
    decide(flag=flag, choice=choice, by=dr_kim, now=now)
    wanted = VisitRequest.objects.select_related("episode__patient__clinic").get()
    slot = slots.best_for(wanted, now=now)[-1]
    offer(request=wanted, slot=slot, by=dr_kim, now=now)


def look_around(page, look):
    """Her visit brief, her data and her devices."""
    places = ("/visit-brief/", "/my-data/", "/my-data/access-history/", "/my-data/close-account/")
    for place in (*places, "/account/sessions/", "/account/email/"):
        page.goto(place)
        fits(page)
        look(page)


def test_from_the_invitation_to_the_first_visit(phone, joy, dr_kim, as_person, is_accessible):
    join(phone, joy)
    fits(phone)
    is_accessible(phone)
    answer_everything(phone, is_accessible, joy.language)
    phone.goto("/home/")
    with translation.override(joy.language):
        expect(phone.locator("main")).to_contain_text(_("Thank you. Your answers were sent."))
    expect(phone.locator("#plan")).to_have_count(0)  # no step before one is confirmed
    is_accessible(phone)

    confirm(as_person(dr_kim, viewport={"width": 1280, "height": 800}), is_accessible)
    phone.goto("/home/")
    expect(phone.locator("#plan")).to_be_visible()
    phone.goto("/log/")
    phone.locator("#id_average_pain_6").check()
    go_on(phone)
    phone.wait_for_url("**/saved/")

    offer_a_visit(joy, dr_kim)
    phone.goto("/visits/")
    fits(phone)
    is_accessible(phone)
    phone.locator("form[action$='/accept/'] button").click()
    expect(phone.locator("main")).to_contain_text("Room 4")
    look_around(phone, is_accessible)
    assert joy.episodes.get().logs.count() == 1
