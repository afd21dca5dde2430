"""A patient loses control of her bowels while Redis and the worker are dead; the clinic calls, and records
what came of it. Each page of it by day and by night, on a phone and on a desk."""

import os
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from patients.flags.safety_answers import answer_safety
from patients.models import ClinicProtocol, Flag, Kind, SafetyCall, SafetyOutcome
from patients.review.sweep import review_due_trials
from spinecare import launch
from tests.browser.conftest import answers
from tests.browser.patient import SMALL, maria_in_care
from tests.conftest import publish
from tests.factories import (
    ClinicAtNoonFactory,
    EpisodeFactory,
    PatientFactory,
    StaffFactory,
    TrialFactory,
    keep_diary,
)
from tests.patients.safety_desk.stories import say_yes
from tests.running import environment, process, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.processes]

NOWHERE = "redis://127.0.0.1:9/0"
ADVICE = "Get emergency care now: call 911 or go to an emergency room"
MINUTE = 60_000
DESK = {"viewport": {"width": 1280, "height": 800}}


@pytest.fixture
def picture():
    """Kept to be looked at, where SCREENSHOTS names a folder."""
    folder = os.environ.get("SCREENSHOTS")

    def take(page, name):
        if folder:
            page.screenshot(path=Path(folder, f"{name}.png"), full_page=True)

    return take


class Product:
    """The product at one address: first its web server alone, without Redis; then all of it."""

    def __init__(self, logs):
        self.address = f"127.0.0.1:{launch.free_port(0)}"
        self.logs, self.running, self.own = logs, ExitStack(), environment()

    def start(self, *names, **changed):
        self.running.close()
        for program in launch.programs(self.address):
            if program.name in names:
                command = [*map(str, program.command)]
                if program.name == "beat":
                    command += ["--schedule", str(self.logs / "beat")]
                log = self.logs / f"{program.name}.log"
                self.running.enter_context(process(command, log, {**self.own, **changed}))
        wait_until(lambda: answers(self.address), 60, "the web server's answer")


@pytest.fixture
def half_dead(transactional_db, tmp_path):
    product = Product(tmp_path)
    product.start("web", REDIS_URL=NOWHERE)
    yield product
    product.running.close()


class TestTheStory:
    @pytest.fixture
    def site(self, half_dead):
        return f"http://{half_dead.address}"

    def test_from_the_tick_to_the_next_morning(self, half_dead, as_person):
        episode, dr_kim = eight_level_weeks()

        desk = as_person(dr_kim, **DESK)
        desk.clock.install()
        desk.goto("/safety-desk/")
        expect(desk.get_by_text("No safety answer waits.")).to_be_visible()

        phone = as_person(episode.patient.user, **SMALL)
        tick_bowel_loss(phone)
        read_the_advice_first(phone)
        home_begins_with_it(phone)

        half_dead.start("web", "worker", "beat")
        desk.clock.fast_forward(MINUTE)
        expect(desk.get_by_role("link", name="Maria Ortiz")).to_be_visible()

        open_the_case(desk)
        for result in ("No answer", "Reached"):
            call(desk, result)
        record(desk, "Sent to emergency care", "Her husband drives her to the hospital now.")

        said = SafetyCall.objects.order_by("pk").values_list("result", "called_by")
        assert list(said) == [("no_answer", dr_kim.pk), ("reached", dr_kim.pk)]
        assert SafetyOutcome.objects.get().kind == "emergency_care"
        phone.goto("/home/")
        expect(phone.get_by_role("heading", level=1)).to_have_text("Hello, Maria")
        review_due_trials(now=timezone.now() + timedelta(days=1))
        assert Flag.objects.open().get().kind == Kind.PLATEAU


def eight_level_weeks():
    """Of Maria's, which the rules will speak of as soon as nothing holds them."""
    publish()
    clinic = ClinicAtNoonFactory(name="Northside Spine Clinic")
    dr_kim = StaffFactory(clinic=clinic, role="clinician", name="Dr. Kim")
    episode = EpisodeFactory(
        patient=PatientFactory(clinic=clinic, by=dr_kim, name="Maria Ortiz"), by=dr_kim
    )
    TrialFactory(episode=episode, by=dr_kim)
    keep_diary(episode, [6] * 56, timezone.now().date() - timedelta(days=1))
    return episode, dr_kim


def tick_bowel_loss(phone):
    phone.goto("/log/")
    phone.locator("#id_average_pain_7").check(force=True)
    phone.locator("#id_anything_new_1").check(force=True)
    phone.get_by_label("Have you newly lost control of your bowels?").check()
    phone.get_by_role("button", name="Save today's log").first.click()
    expect(phone.get_by_role("heading", level=1)).to_have_text(ADVICE)


def read_the_advice_first(phone):
    """As a screen reader does: the title, the focus, then the page's tree in its order."""
    assert phone.title().startswith(ADVICE)
    assert phone.evaluate("document.activeElement.textContent").strip() == ADVICE
    tree = phone.locator("main").aria_snapshot()
    lines = [line.strip(" -'") for line in tree.splitlines()]
    headings = [line for line in lines if line.startswith("heading")]
    assert ADVICE in headings[0]
    before = lines[: lines.index(headings[0])]
    assert all(line.startswith(("main", "region")) for line in before), tree
    assert "is saved" in lines[-1], tree
    assert "Some days hurt more" not in tree
    assert "Keep going" not in tree
    expect(phone.get_by_role("link", name="Call 911")).to_have_attribute("href", "tel:911")


def home_begins_with_it(phone):
    phone.goto("/home/")
    expect(phone.get_by_role("heading", level=1)).to_have_text(ADVICE)
    assert phone.evaluate("document.activeElement.textContent").strip() == ADVICE


def open_the_case(desk):
    desk.get_by_role("link", name="Maria Ortiz").click()
    number = desk.get_by_role("link", name="Call 555-0142")
    expect(number).to_have_attribute("href", "tel:555-0142")
    expect(desk.get_by_role("blockquote")).to_contain_text(ADVICE)


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
