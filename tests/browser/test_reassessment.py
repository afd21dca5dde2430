"""The room of a reassessment in real browsers: two clinicians at once, without script, and every look."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from patients.models import Letter, Reassessment, ReassessmentEntry
from patients.reassessment.actions.letters import Words, write_letter
from patients.reassessment.actions.reassessment import (
    begin_reassessment,
    finish_reassessment,
    missing_in,
)
from patients.reassessment.questions import questions_of
from tests.browser.patient import full_record
from tests.conftest import publish
from tests.factories import ClinicAtNoonFactory, StaffFactory
from tests.patients.reassessment.room import SAID, answer_all, say
from tests.patients.record_data import an_image, an_injection, relief

pytestmark = [pytest.mark.browser, pytest.mark.processes]

DESK = {"viewport": {"width": 1280, "height": 800}}
NARROW = {"viewport": {"width": 320, "height": 640}}


@pytest.fixture
def dr_kim(transactional_db):
    publish()
    clinic = ClinicAtNoonFactory(name="Northside Spine Clinic")
    return StaffFactory(clinic=clinic, role="clinician", name="Dr. Kim")


@pytest.fixture
def dr_lee(dr_kim):
    clinic = dr_kim.membership_as("clinician").clinic
    return StaffFactory(clinic=clinic, role="clinician", name="Dr. Lee")


@pytest.fixture
def own(dr_kim):
    """Begun for somebody with a full record, two images and an injection with its relief."""
    episode, now = full_record(dr_kim), timezone.now()
    before = an_image(episode, dr_kim, now, days_ago=300)
    an_image(episode, dr_kim, now, compared_with=before, comparison="changed", disc_progressed=True)
    relief(an_injection(episode, dr_kim, now, days_ago=30), dr_kim, now)
    return begin_reassessment(episode=episode, by=dr_kim, now=now)


def goals(own):
    return Reassessment.objects.get(pk=own.pk).goals


def leave(page, label, text):
    """Type it, and go on with the next field."""
    page.get_by_label(label).fill(text)
    page.keyboard.press("Tab")


# On paper there is the letter and nothing else.
VISIBLE_BESIDE_TABLE = """
main => [...main.children].filter((each) => each.tagName !== 'TABLE' && each.getClientRects().length)
  .map((each) => each.outerHTML)
"""
GOALS = "Goals, in the patient's own words"


def test_two_colleagues_write_into_one_question(own, dr_kim, dr_lee, as_person, is_accessible):
    kim, lee = (as_person(user, **DESK) for user in (dr_kim, dr_lee))
    for page in (kim, lee):
        page.goto(f"/reassessments/{own.pk}/")
    leave(kim, GOALS, "Garden again")
    expect(kim.locator("#state-goals")).to_contain_text("Saved")
    expect(kim.locator("#progress")).to_contain_text("2 of 9 answered")
    leave(lee, GOALS, "Lift her grandson")
    state = lee.locator("#state-goals")
    for words in ("Dr. Kim has saved this", "Garden again", "Lift her grandson"):
        expect(state).to_contain_text(words)
    assert goals(own) == "Garden again"
    is_accessible(lee)
    # Another question is saved meanwhile, and the choice waits.
    leave(lee, "Function: what the patient can and cannot do", "Sits for an hour")
    expect(lee.locator("#state-function")).to_contain_text("Saved")
    lee.get_by_role("button", name="Save both texts").click()
    expect(lee.get_by_label(GOALS)).to_have_value("Garden again\nLift her grandson")
    assert goals(own) == "Garden again\nLift her grandson"
    # Dr. Kim goes on on the old page, and is shown the new text too.
    leave(kim, GOALS, "Garden again, and walk")
    expect(kim.locator("#state-goals")).to_contain_text("Lift her grandson")
    kim.get_by_role("button", name="Keep the text of Dr. Lee").click()
    expect(kim.get_by_label(GOALS)).to_have_value("Garden again\nLift her grandson")
    kim.locator("#state-goals").get_by_role("button", name="Undo").click()
    expect(kim.get_by_label(GOALS)).to_have_value("Garden again, and walk")
    entries = ReassessmentEntry.objects.filter(question="goals").order_by("version")
    both, walk = "Garden again\nLift her grandson", "Garden again, and walk"
    assert [each.said["goals"] for each in entries] == ["Garden again", both, walk, both, walk]


def test_one_writer_in_a_hurry_is_no_second_writer(own, dr_kim, as_person):
    """Two fields of one question, the second before the first has been answered by the server."""
    page = as_person(dr_kim, **DESK)
    held = []
    page.goto(f"/reassessments/{own.pk}/")
    page.route("**/questions/imaging/", lambda route: held.append(route))
    with page.expect_request("**/questions/imaging/"):
        page.locator("#question-imaging").get_by_label("Yes").check()
    leave(page, "What they show", "A bulge as before")
    assert len(held) == 1
    page.unroute("**/questions/imaging/")  # lets it go on
    state = page.locator("#state-imaging")
    expect(state).to_contain_text("1 earlier answer")
    expect(state).not_to_contain_text("has saved this")
    page.reload()
    expect(page.get_by_label("What they show")).to_have_value("A bulge as before")


def test_whoever_leaves_with_words_that_are_not_saved_is_asked_first(own, dr_kim, as_person):
    page = as_person(dr_kim, **DESK)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto(f"/reassessments/{own.pk}/")
    leave(page, GOALS, "Garden again")
    expect(page.locator("#state-goals")).to_contain_text("Saved")
    page.reload()
    assert asked == []
    page.get_by_label(GOALS).press_sequentially(", and walk")
    page.reload()
    assert asked == ["beforeunload"]
    expect(page.get_by_label(GOALS)).to_have_value("Garden again")


def test_without_script_it_is_answered_and_finished_on_a_narrow_screen(own, dr_kim, as_person):
    page = as_person(dr_kim, java_script_enabled=False, **NARROW)
    page.goto(f"/reassessments/{own.pk}/")
    page.get_by_label(GOALS).fill("Garden again")
    page.locator("#question-goals").get_by_role("button", name="Save").click()
    expect(page.get_by_label(GOALS)).to_have_value("Garden again")
    page.get_by_role("button", name="Save and finish").click()
    expect(page.locator(".error-summary")).to_contain_text("Not finished")
    for sign in own.signs.select_related("sign"):
        page.locator(f"#question-sign-{sign.sign.key}").get_by_label("No").check()
    page.locator("#question-imaging").get_by_label("Yes").check()
    page.get_by_label("What the clinic gains").fill("Nothing")
    page.get_by_label("The decision that was made together").fill("Go on")
    page.get_by_label("Outcome").select_option("continue-conservative-care")
    page.get_by_role("button", name="Save and finish").click()
    expect(page.get_by_role("heading", name="What follows")).to_be_visible()
    page.get_by_role("link", name="Letter to the patient").click()
    page.get_by_role("button", name="Write a draft from the record").click()
    page.get_by_role("button", name="Save and make it final").click()
    expect(page.locator("#status")).to_contain_text("nothing was sent")
    assert Letter.objects.get(state="final").kind == "patient"


def test_every_state_in_every_look(own, dr_kim, dr_lee, as_person, look):
    """Open, with a conflict, unfinished, finished, letters: at 320 px."""
    now = timezone.now()
    page = as_person(dr_kim, **NARROW)
    url = f"/reassessments/{own.pk}/"
    page.goto(url)
    look(page)
    say(own, "goals", {"goals": "Garden again"}, dr_lee, now)
    leave(page, GOALS, "Lift her grandson")
    expect(page.locator("#state-goals")).to_contain_text("Dr. Lee has saved this")
    look(page)
    page.get_by_role("button", name="Keep the text of Dr. Lee").click()
    expect(page.get_by_label(GOALS)).to_have_value("Garden again")
    page.get_by_role("button", name="Save and finish").click()
    expect(page.locator(".error-summary")).to_be_focused()
    look(page)
    for key in answers_left(own):
        say(own, key, SAID.get(key, {"confirmed": "no"}), dr_kim, now)
    finish_reassessment(reassessment=own, by=dr_kim, now=now)
    page.goto(url)
    look(page)
    page.goto(f"{url}letters/gp/")
    look(page)
    page.get_by_role("button", name="Write a draft from the record").click()
    look(page)
    page.get_by_role("link", name="Print the draft").click()
    look(page)


def answers_left(own):
    return [each.key for each in missing_in(questions_of(Reassessment.objects.get(pk=own.pk)))]


def test_each_sheet_of_a_long_letter_names_whom_it_is_about(own, dr_kim, as_person):
    now = timezone.now()
    answer_all(own, dr_kim, now)
    whole = finish_reassessment(reassessment=own, by=dr_kim, now=now)
    words = Words("\n".join(f"Line {number} of the letter." for number in range(120)), "en")
    write_letter(reassessment=whole, kind="gp", words=words, seen=0, by=dr_kim, now=now)
    page = as_person(dr_kim, **DESK)
    page.goto(f"/reassessments/{own.pk}/letters/gp/print/1/")
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) > 1
    # A browser draws the head of a table on every sheet that the table runs over.
    page.emulate_media(media="print")
    head = page.locator("table.paper > thead")
    assert head.evaluate("each => getComputedStyle(each).display") == "table-header-group"
    patient = whole.episode.patient
    for words in (patient.name, patient.number, "born", "DRAFT"):
        expect(head).to_contain_text(words)
    assert page.locator("main").evaluate(VISIBLE_BESIDE_TABLE) == []
