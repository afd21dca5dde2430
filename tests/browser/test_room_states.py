"""Each state of the safety desk, of the reassessment room and of what a patient meets after a yes, walked
through once by who is signed in: by day at 320 px, by night at 1280, with all of axe and its contrasts."""

import os
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from accounts import actions as accounts
from patients.flags.safety_answers import answer_safety
from patients.models import ClinicProtocol, Flag, SafetyCall
from patients.reassessment.actions.letters import Words, make_final, withdraw_letter, write_letter
from patients.reassessment.actions.reassessment import undo_finishing
from patients.review.sweep import review_due_trials
from tests.browser.patient import SMALL, maria_in_care
from tests.factories import EpisodeFactory, PatientFactory, StaffFactory, TrialFactory, keep_diary
from tests.patients.reassessment.room import finished
from tests.patients.safety_desk.stories import say_yes

pytestmark = [pytest.mark.browser, pytest.mark.processes]

EMERGENCY = "Get emergency care now: call 911 or go to an emergency room"
WEEK = timedelta(weeks=1)
ANSWERS_HIGH, PAGE_HIGH = 400, 3_000  # px, at 1280, of somebody asked ten times


@pytest.fixture
def seen(is_accessible):
    """Looks at a page, as it is: nothing that axe finds, nothing to scroll sideways, in both looks.

    Where SCREENSHOTS names a folder, all four pictures of it are kept there to be looked at.
    """
    folder = os.environ.get("SCREENSHOTS")

    def at(page, name):
        for colours, width in (("light", 320), ("dark", 1280)):
            wear(page, colours, width)
            is_accessible(page) if width == 320 else contrasts(page)
            sizes = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
            assert sizes[0] <= sizes[1], f"{name} at {width} px"
        for colours, width in LOOKS if folder else ():
            wear(page, colours, width)
            file = Path(folder, f"{name}-{width}-{colours}.png")
            page.screenshot(path=file, full_page=True)
        wear(page, "light", 1280)

    return at


LOOKS = [(colours, width) for colours in ("light", "dark") for width in (320, 1280)]


def wear(page, colours, width):
    page.emulate_media(color_scheme=colours, reduced_motion="reduce")  # no colour is half-way
    page.set_viewport_size({"width": width, "height": 800})


def contrasts(page):
    found = Axe().run(page, options={"runOnly": {"type": "rule", "values": ["color-contrast"]}})
    assert not found.response["violations"], f"{page.url}\n{found.generate_report()}"


@pytest.fixture
def episode(transactional_db):
    """Maria's."""
    return maria_in_care(days_logged=10)


@pytest.fixture
def clinic(episode):
    return episode.patient.clinic


@pytest.fixture
def dr_kim(clinic):
    return StaffFactory(clinic=clinic, role="clinician", name="Dr. Lee")


def ben_is_level(clinic, by):
    """The rules speak of him."""
    ben = PatientFactory(clinic=clinic, by=by, name="Ben Shaw")
    episode = EpisodeFactory(patient=ben, by=by)
    TrialFactory(episode=episode, by=by)
    keep_diary(episode, [6] * 56, timezone.now().date() - timedelta(days=1))
    return episode


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def call(page, result):
    note = page.get_by_role("region", name="Note a call")
    note.get_by_label(result, exact=True).check()
    press(note, "Note the call")
    expect(page.get_by_text("The call is noted.")).to_be_visible()


def record(page, kind, note):
    outcome = page.get_by_role("region", name="Outcome", exact=True)
    outcome.get_by_label(kind, exact=True).check()
    outcome.get_by_label("What was found, said and done").fill(note)
    press(outcome, "Record the outcome")


def test_the_list_of_the_desk(episode, clinic, dr_kim, as_person, seen):
    now, page = timezone.now(), as_person(dr_kim)
    page.goto("/safety-desk/")
    seen(page, "desk-empty")
    flag = say_yes(episode, now - timedelta(minutes=20), "bowel", "fever")
    page.reload()
    seen(page, "desk-one")
    ben = ben_is_level(clinic, dr_kim)
    say_yes(ben, now - timedelta(hours=3), "fever")
    page.reload()
    seen(page, "desk-many")
    page.goto("/worklist/")
    seen(page, "worklist-with-answers")
    page.goto(f"/flags/{flag.pk}/")
    seen(page, "flag-with-an-answer")


def test_one_case_at_the_desk(episode, dr_kim, as_person, seen):
    page = as_person(dr_kim)
    flag = say_yes(episode, timezone.now() - timedelta(minutes=20), "bowel", "fever")
    case = f"/safety-desk/{flag.pk}/"
    page.goto(case)
    seen(page, "case-open")
    press(page, "Record the outcome")
    seen(page, "case-refused")
    call(page, "No answer")
    record(page, "Could not be reached", "Rang out twice.")
    expect(page.get_by_text("Handed over. The answer still waits.")).to_be_visible()
    seen(page, "case-handed-over")
    page.goto(f"/safety-desk/calls/{SafetyCall.objects.get().pk}/")
    seen(page, "call-corrected")
    page.goto(case)
    record(page, "Examined", "No deficit.")
    expect(page.get_by_text("The answer no longer waits")).to_be_visible()
    seen(page, "case-settled")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Undone. The answer waits again")).to_be_visible()
    page.goto(case)
    seen(page, "case-undone")


def test_the_flag_page(episode, clinic, dr_kim, as_person, seen):
    now, page = timezone.now(), as_person(dr_kim)
    ben = ben_is_level(clinic, dr_kim)
    asked = list(ClinicProtocol.objects.in_use(clinic, now).safety_questions.in_order())
    for week in range(10):
        form = {"submission_id": uuid4(), "by": ben.patient.user, "now": now - week * WEEK}
        answer_safety(episode=ben, yes_to=[], no_to=asked, **form)
    review_due_trials(now=now)
    flag = Flag.objects.open().get(episode=ben)
    page.goto(f"/flags/{flag.pk}/")
    expect(page.locator("figure.fan")).to_be_visible()
    seen(page, "flag-with-fan")
    section = page.get_by_role("region", name="Safety answers")
    assert section.bounding_box()["height"] < ANSWERS_HIGH
    assert page.evaluate("document.documentElement.scrollHeight") < PAGE_HIGH
    press(page, "Hide it")
    expect(page.locator("figure.fan")).to_have_count(0)
    seen(page, "flag-without-fan")


def test_the_reassessment_room(episode, dr_kim, as_person, seen):
    now, page = timezone.now(), as_person(dr_kim)
    own = finished(episode, dr_kim, now)
    for kind in ("gp", "referral"):
        words = Words("Dear colleague,\n\nas discussed.", "en", "Dr. Park")
        letter = write_letter(reassessment=own, kind=kind, words=words, seen=0, by=dr_kim, now=now)
        letter = make_final(letter=letter, by=dr_kim, now=now)
    withdraw_letter(letter=letter, reason="To the wrong person", by=dr_kim, now=now)
    url = f"/reassessments/{own.pk}/"
    page.goto(url)
    seen(page, "reassessment-finished")
    for state, kind in (("final", "gp"), ("withdrawn", "referral"), ("unwritten", "patient")):
        page.goto(f"{url}letters/{kind}/")
        seen(page, f"letter-{state}")
    page.goto(f"{url}letters/gp/print/2/")
    seen(page, "letter-printed")
    undo_finishing(reassessment=own, reason="The image came later", by=dr_kim, now=now)
    page.goto(url)
    seen(page, "reassessment-opened-again")


def test_what_the_patient_meets(episode, clinic, as_person, seen):
    page, now = as_person(episode.patient.user, **SMALL), timezone.now()
    page.goto("/log/")
    seen(page, "log")
    page.locator("#id_average_pain_7").check(force=True)
    page.locator("#id_anything_new_1").check(force=True)
    page.get_by_label("Have you newly lost control of your bowels?").check()
    page.get_by_label("Do you have new fever or chills").check()
    press(page, "Save today's log")
    expect(page.get_by_role("heading", level=1)).to_have_text(EMERGENCY)
    seen(page, "advice-open")
    page.goto("/home/")
    expect(page.get_by_text("Our phones are open today until")).to_be_visible()
    seen(page, "home-open")
    accounts.close_on(clinic=clinic, day=now.astimezone(clinic.zone).date(), now=now)
    page.reload()
    expect(page.get_by_text("Our phones are closed now. They open")).to_be_visible()
    seen(page, "home-holiday")
    accounts.change_clinic(clinic=clinic, phone_weekdays=[])
    page.reload()
    expect(page.get_by_text("Our phones are closed.")).to_be_visible()
    seen(page, "home-closed")


def test_what_the_patient_meets_without_a_yes(episode, dr_kim, as_person, seen):
    page = as_person(episode.patient.user, **SMALL)
    for name in ("safety", "help-now", "my-data/about-your-health"):
        page.goto(f"/{name}/")
        seen(page, name.replace("/", "-"))
    page.get_by_label("I have had cancer.").check()
    press(page, "Save")
    expect(page.get_by_text("Saved. Your care team sees it, too.")).to_be_visible()
    page.goto("/account/email/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Is it still you?")
    seen(page, "fresh-code-asked")
    press(page, "Send me a code")
    seen(page, "fresh-code-sent")
    desk = as_person(dr_kim)
    desk.goto(f"/patients/{episode.patient_id}/risk-facts/")
    seen(desk, "risk-facts-of-a-patient")


def test_the_clinics_own_page(clinic, as_person, seen):
    ada = StaffFactory(clinic=clinic, role="administrator", name="Ada Abel")
    page = as_person(ada)
    page.goto("/our-clinic/")
    seen(page, "clinic-without-holidays")
    page.get_by_role("link", name="Change the clinic's settings").click()
    page.get_by_label("Address").fill("1 Main Street, Albany")
    page.get_by_label("To", exact=True).fill("02:00")
    press(page, "Save")
    seen(page, "clinic-past-midnight")
    page.get_by_label("To", exact=True).fill("16:30")
    press(page, "Save")
    page.get_by_label("Day", exact=True).fill(
        (timezone.now() + timedelta(days=3)).date().isoformat()
    )
    press(page, "Add this day")
    expect(page.get_by_role("button", name="Take off")).to_be_visible()
    seen(page, "clinic-with-a-holiday")


def test_without_script(episode, dr_kim, as_person):
    phone = as_person(episode.patient.user, **SMALL, java_script_enabled=False)
    phone.goto("/log/")
    phone.locator("#id_average_pain_7").check(force=True)
    phone.locator("#id_anything_new_1").check(force=True)
    phone.get_by_label("Have you newly lost control of your bowels?").check()
    press(phone, "Save today's log")
    assert phone.title().startswith(EMERGENCY)

    desk = as_person(dr_kim, java_script_enabled=False)
    desk.goto("/worklist/")
    desk.get_by_role("link", name="Open the safety desk").first.click()
    desk.get_by_role("link", name="Maria Ortiz").click()
    call(desk, "No answer")
    record(desk, "Reached, and well", "Passes stool as ever; a misread question.")
    desk.get_by_role("button", name="Undo").click()
    assert Flag.objects.holding().exists()


def test_contact_us_today_is_another_level(episode, as_person):
    say_yes(episode, timezone.now(), "fever")
    phone = as_person(episode.patient.user, **SMALL)
    phone.goto("/home/")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Call us today: 555-0100")
    expect(phone.get_by_role("link", name="Call 555-0100")).to_have_attribute(
        "href", "tel:555-0100"
    )
    assert phone.get_by_role("link", name="Call 911").count() == 0
