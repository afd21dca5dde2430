"""A scheduler's Tuesday at 390 pixels: calls, series, a cancelled visit that somebody in line takes by a link, a
missed one, leave, a mail that did not arrive. Real worker, beat and mail server, with script and without."""

import re
from contextlib import ExitStack
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from scheduling.models import Call, Consultation, WaitlistEntry
from scheduling.rules.hours import Slot
from scheduling.visits.actions.book import book_held, hold_for_call
from spinecare import launch
from tests.conftest import publish
from tests.factories import ClinicAtNoonFactory, PatientFactory, StaffFactory
from tests.running import process, wait_until
from tests.scheduling.conftest import half_hours
from tests.scheduling.reminders.sink import sink
from tests.scheduling.visit_types.kinds import a_visit_type

pytestmark = [pytest.mark.browser, pytest.mark.processes]

PHONE = {"width": 390, "height": 844}
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def desk(transactional_db):
    """Dr. Kim has hours all week; one visit began an hour ago, one is tomorrow and its mail is refused."""
    publish()
    now = timezone.now()
    clinic = ClinicAtNoonFactory(name="Northside Spine Clinic")
    sam = StaffFactory(clinic=clinic, role="scheduler", name="Sam Silva")
    dr_kim = StaffFactory(clinic=clinic, role="clinician", name="Dr. Kim")
    kim = dr_kim.membership_as("clinician")
    half_hours(now, kim, weekdays=range(7))
    kind = a_visit_type(
        clinic, name="Review", purpose="follow_up", level=None, minutes=30, credentials=[],
        anyone=True, remind_hours=[24],
    )  # fmt: skip
    people = {
        name: PatientFactory(
            clinic=clinic, by=dr_kim, name=name, email=f"{name[:3].lower()}@mail.example"
        )
        for name in ("Maria Ortiz", "Ben Shaw", "Cora Lund", "Dan Ode", "Eve Holm")
    }
    of = SimpleNamespace(clinic=clinic, sam=sam, kim=kim, kind=kind, people=people)
    visit(of, "Dan Ode", now - HOUR)
    visit(of, "Eve Holm", now + 22 * HOUR)
    return of


def visit(of, name, starts, days_ago=8):
    """One that was booked a week ago."""
    begins = starts.replace(second=0, microsecond=0)
    slot = Slot(begins, begins + HOUR / 2, of.kim.pk, None)
    said = {"by": of.sam, "now": timezone.now() - days_ago * DAY}
    held = hold_for_call(patient=of.people[name], kind=of.kind, slot=slot, **said)
    return book_held(held=held, **said)


@pytest.fixture
def mails(site, surroundings, tmp_path):
    """Worker and beat, and the server that their mail goes to; it knows no mailbox of Eve's."""
    with sink(refuses="eve@mail.example") as server, ExitStack() as stack:
        own = surroundings | {
            "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(server.port),
            "EMAIL_USE_TLS": "false",
            "DESK_EVERY_SECONDS": "2",
            "NOTICES_EVERY_SECONDS": "2",
        }
        _web, worker, beat = launch.programs(site.removeprefix("http://"))
        for name, command in {
            "worker": [*worker.command, "--purge"],
            "beat": [*beat.command, "--schedule", tmp_path / "beat"],
        }.items():
            log = tmp_path / f"{name}.log"
            stack.enter_context(process([*map(str, command)], log, own))
        yield server.messages


def to(messages, address, what):
    """The mails to somebody whose text has this in it."""
    mine = [one for one in messages if one["To"] == address]
    return [one for one in mine if what in one.get_body(("plain",)).get_content()]


def invited(messages, address):
    parts = (part for one in to(messages, address, "visit") for part in one.walk())
    return any(part.get_param("method") == "REQUEST" for part in parts)


def find(page, name):
    """Somebody calls."""
    page.goto("/scheduling/phone/")
    page.get_by_role("searchbox").or_(page.locator("main input[name=q]")).first.fill(name)
    page.locator("main form button").first.click()
    page.locator("main").get_by_role("link").filter(has_text=name).first.click()
    page.get_by_role("link", name=re.compile("Review")).first.click()


def hold_first(page):
    page.locator("button[name=slot]").first.click()
    expect(page.get_by_role("button", name="Book this time")).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_a_schedulers_tuesday(desk, mails, as_person, is_accessible, script):
    page = as_person(desk.sam, viewport=PHONE, java_script_enabled=script)

    def seen():
        if script:
            is_accessible(page)
            wider = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            assert not page.evaluate(wider), f"{page.url} scrolls sideways"

    marias = book_by_phone(page, desk, mails, seen)
    book_a_series(page, desk, seen)
    put_in_line(page, desk, marias, seen)
    cancel(page, marias)
    phone = as_person(desk.people["Cora Lund"].user, viewport=PHONE, java_script_enabled=script)
    taken_by_a_link(phone, desk, mails, marias)
    missed_and_called(page, seen)
    leave_shows_whom_it_hits(page, marias, seen)
    bounced(page, seen)


def book_by_phone(page, desk, mails, seen):
    find(page, "Maria Ortiz")
    seen()
    hold_first(page)
    seen()
    page.get_by_role("button", name="Book this time").click()
    expect(page.locator("#status")).to_contain_text("Booked.")
    wait_until(lambda: invited(mails, "mar@mail.example"), 90, "the invitation")
    return Consultation.objects.get(patient=desk.people["Maria Ortiz"], state="booked")


def book_a_series(page, desk, seen):
    find(page, "Ben Shaw")
    hold_first(page)
    page.get_by_role("link", name="Several at once: this day and time each week").click()
    page.get_by_label("How many visits?").select_option("3")
    page.get_by_role("button", name="Show them").click()
    expect(page.locator("main")).to_contain_text("Nothing is booked yet.")
    seen()
    page.get_by_role("button", name="Book those that are ticked").click()
    expect(page.locator("#status")).to_contain_text("Booked: 3 visits of Ben Shaw.")
    assert Consultation.objects.filter(patient=desk.people["Ben Shaw"], state="booked").count() == 3


def put_in_line(page, desk, marias, seen):
    """Cora would come at just that time."""
    find(page, "Cora Lund")
    page.get_by_role("link", name="Nothing suits? Put them on the waitlist").click()
    zone = desk.clinic.zone
    starts, ends = marias.starts.astimezone(zone), marias.ends.astimezone(zone)
    page.get_by_label("Not before").fill(f"{starts:%H:%M}")
    page.get_by_label("Over by").fill(f"{ends:%H:%M}")
    page.get_by_label("From this day on").fill(f"{starts:%Y-%m-%d}")
    page.get_by_label("Until this day").fill(f"{starts:%Y-%m-%d}")
    page.get_by_label("Hours of notice that they need").fill("2")
    seen()
    page.get_by_role("button", name="Put on the waitlist").click()
    expect(page.get_by_role("heading", name="Review (1)")).to_be_visible()
    seen()


def cancel(page, marias):
    page.goto(f"/scheduling/visits/{marias.pk}/cancel/")
    page.get_by_label("The patient asked").check()
    page.get_by_label("The patient needs another time").uncheck()
    page.locator("main form button").first.click()
    expect(page.locator("#status")).to_contain_text("Cancelled.")


def taken_by_a_link(phone, desk, mails, marias):
    wait_until(lambda: to(mails, "cor@mail.example", "/offered/"), 90, "the offer")
    (mail,) = to(mails, "cor@mail.example", "/offered/")
    link = re.search(r"/offered/\S+", mail.get_body(("plain",)).get_content()).group()
    phone.goto(link)
    phone.get_by_role("button", name="Take this time").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Your visit is booked")
    booked = Consultation.objects.get(patient=desk.people["Cora Lund"], state="booked")
    assert booked.starts == marias.starts
    assert WaitlistEntry.objects.get().closing == "booked"


def missed_and_called(page, seen):
    page.goto("/scheduling/")
    page.get_by_role("link", name="Did not come Dan Ode").click()
    page.get_by_label("Did not come, no word").check()
    page.locator("main form button").first.click()
    expect(page.get_by_role("heading", name="Missed a visit (1)")).to_be_visible()
    seen()
    missed = page.locator("section", has=page.get_by_role("heading", name="Missed a visit (1)"))
    missed.get_by_role("button", name="Reached").click()
    expect(page.get_by_role("heading", name="Missed a visit")).to_have_count(0)
    assert Call.objects.get().about == "visit"


def leave_shows_whom_it_hits(page, marias, seen):
    page.goto("/scheduling/days/add/")
    day = f"{marias.starts.astimezone(marias.patient.clinic.zone):%Y-%m-%d}"
    page.get_by_label("Time off").check()
    page.get_by_label("First day").fill(day)
    page.locator("main form button").last.click()
    expect(page.locator("main")).to_contain_text("Nothing is saved yet.")
    expect(page.locator("main")).to_contain_text("Cora Lund")
    seen()
    page.get_by_label("each patient is offered up to three other times").check()
    page.get_by_role("button", name="Save all of it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What became of the visits")
    expect(page.locator("main")).to_contain_text("Offered other times.")
    seen()
    page.get_by_role("button", name="Undo all of it").click()
    expect(page.locator("#status")).to_contain_text("Undone: the time off")


def bounced(page, seen):
    """Eve's reminder was refused: she is to be called."""
    page.goto("/scheduling/")
    expect(page.get_by_role("heading", name="An e-mail did not arrive (1)")).to_be_visible()
    seen()
