"""Each page of a safety answer by day and by night, on a phone and on a desk: the patient's and the
clinic's. Its whole story is told by test_sunday.py."""

import os
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from patients.flags.safety_answers import answer_safety
from patients.models import ClinicProtocol, Flag, SafetyCall
from tests.browser.patient import SMALL, maria_in_care
from tests.factories import StaffFactory
from tests.patients.safety_desk.stories import say_yes

pytestmark = [pytest.mark.browser, pytest.mark.processes]

ADVICE = "Get emergency care now: call 911 or go to an emergency room"
DESK = {"viewport": {"width": 1280, "height": 800}}


@pytest.fixture
def picture():
    """Kept to be looked at, where SCREENSHOTS names a folder."""
    folder = os.environ.get("SCREENSHOTS")

    def take(page, name):
        if folder:
            page.screenshot(path=Path(folder, f"{name}.png"), full_page=True)

    return take


def tick_bowel_loss(phone):
    phone.goto("/log/")
    phone.locator("#id_average_pain_7").check(force=True)
    phone.get_by_label("Have you newly lost control of your bowels?").check()
    phone.get_by_role("button", name="Save today's log").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text(ADVICE)


def call(desk, result):
    note = desk.get_by_role("region", name="Note a call")
    note.get_by_label(result, exact=True).check()
    note.get_by_role("button", name="Note the call").click()
    expect(desk.get_by_text("The call is noted.")).to_be_visible()


def record(desk, kind, note):
    outcome = desk.get_by_role("region", name="Outcome", exact=True)
    outcome.get_by_label(kind, exact=True).check()
    outcome.get_by_label("What was found, said and done").fill(note)
    outcome.get_by_role("button", name="Record the outcome").click()
    expect(desk.get_by_text("The answer no longer waits")).to_be_visible()


class TestTheLooks:
    @pytest.fixture
    def site(self, web, transactional_db):
        return web

    @pytest.mark.parametrize("colours", ["light", "dark"])
    @pytest.mark.parametrize("width", [320, 1280])
    def test_each_state_of_the_desk(self, as_person, is_accessible, colours, width, picture):
        episode = maria_in_care(days_logged=10)
        dr_kim = StaffFactory(clinic=episode.patient.clinic, role="clinician", name="Dr. Kim")
        how = {"viewport": {"width": width, "height": 800}, "color_scheme": colours}
        desk = as_person(dr_kim, **how)
        flag = say_yes(episode, timezone.now() - timedelta(minutes=20), "bowel", "fever")

        def see(name, url):
            desk.goto(url)
            checked(desk, is_accessible)
            picture(desk, f"{name}-{width}-{colours}")

        see("worklist", "/worklist/")
        see("desk", "/safety-desk/")
        see("flag", f"/flags/{flag.pk}/")
        desk.goto(f"/safety-desk/{flag.pk}/")
        desk.get_by_role("button", name="Record the outcome").click()
        checked(desk, is_accessible)
        call(desk, "No answer")
        see("case", f"/safety-desk/{flag.pk}/")
        see("correct", f"/safety-desk/calls/{SafetyCall.objects.get().pk}/")
        desk.goto(f"/safety-desk/{flag.pk}/")
        record(desk, "Examined", "No deficit.")
        see("settled", f"/safety-desk/{flag.pk}/")
        see("empty", "/safety-desk/")
        see("risks", f"/patients/{episode.patient_id}/risk-facts/")

    @pytest.mark.parametrize("colours", ["light", "dark"])
    @pytest.mark.parametrize("width", [320, 1280])
    def test_what_the_patient_meets(self, as_person, is_accessible, colours, width, picture):
        maria = maria_in_care(days_logged=3).patient
        how = {"viewport": {"width": width, "height": 800}, "color_scheme": colours}
        phone = as_person(maria.user, **how)

        def see(name):
            checked(phone, is_accessible)
            picture(phone, f"{name}-{width}-{colours}")

        phone.goto("/log/")
        see("log")
        tick_bowel_loss(phone)
        see("advice")
        for name in ("home", "safety", "help-now", "my-data/about-your-health"):
            phone.goto(f"/{name}/")
            see(name.replace("/", "-"))
        phone.get_by_label("I have had cancer.").check()
        phone.get_by_role("button", name="Save").click()
        expect(phone.get_by_text("Saved. Your care team sees it, too.")).to_be_visible()

    def test_without_script(self, as_person, picture):
        episode = maria_in_care(days_logged=3)
        dr_kim = StaffFactory(clinic=episode.patient.clinic, role="clinician", name="Dr. Kim")
        phone = as_person(episode.patient.user, **SMALL, java_script_enabled=False)
        tick_bowel_loss(phone)
        assert phone.title().startswith(ADVICE)
        picture(phone, "advice-without-script")

        desk = as_person(dr_kim, **DESK, java_script_enabled=False)
        desk.goto("/worklist/")
        desk.get_by_role("link", name="Open the safety desk").first.click()
        desk.get_by_role("link", name="Maria Ortiz").click()
        call(desk, "No answer")
        picture(desk, "case-without-script")
        record(desk, "Reached, and well", "Passes stool as ever; a misread question.")
        desk.get_by_role("button", name="Undo").click()
        assert Flag.objects.holding().exists()

    def test_contact_us_today_is_another_level(self, as_person, is_accessible, picture):
        episode = maria_in_care(days_logged=3)
        now = timezone.now()
        protocol = ClinicProtocol.objects.in_use(episode.patient.clinic, now)
        fever = protocol.safety_questions.get(key="fever")
        who = {"submission_id": uuid4(), "by": episode.patient.user}
        answer_safety(episode=episode, yes_to=[fever], now=now, **who)
        phone = as_person(episode.patient.user, **SMALL)
        phone.goto("/home/")
        expect(phone.get_by_role("heading", level=1)).to_have_text("Call us today: 555-0100")
        expect(phone.get_by_role("link", name="Call 555-0100")).to_have_attribute(
            "href", "tel:555-0100"
        )
        expect(phone.get_by_text("Our phones are")).to_be_visible()
        assert phone.get_by_role("link", name="Call 911").count() == 0
        checked(phone, is_accessible)
        picture(phone, "today-320-light")


def checked(page, is_accessible):
    """Nothing that axe finds, and nothing that needs scrolling sideways."""
    is_accessible(page)
    wide = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide[0] <= wide[1], page.url
