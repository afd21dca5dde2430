"""Home, log and saved in every state, looked at with axe: by day and night, large, in forced colours."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.patient import SMALL, maria_in_care
from tests.factories import keep_diary

pytestmark = [pytest.mark.browser, pytest.mark.processes]


def save(page):
    button = page.get_by_role("button", name=re.compile("Save")).first
    # As a person would: with large text the banner at the top takes much of a small screen.
    button.evaluate("(element) => element.scrollIntoView({ block: 'end' })")
    button.click()


def wrong_then_offline(page, look):
    """The form with everything open, with an error, and while it waits for the network."""
    page.goto("/log/")
    page.locator("details.more > summary").first.click()
    for place in ("Neck, front", "Back", "Arms, back", "Legs, front"):
        page.locator(f".body-map a[aria-label='{place}'] .part").first.click()
    look(page)
    save(page)
    expect(page.locator(".error-summary")).to_be_focused()
    look(page)
    page.locator("#id_average_pain_9").check(force=True)
    page.locator("details.more > summary").first.click()
    page.locator("details.region > summary").first.click()
    page.locator("#id_neck_pain_0").check(force=True)
    page.locator("#id_anything_new_1").check(force=True)
    page.get_by_label("Do you have new trouble passing urine").check()
    page.context.set_offline(True)
    save(page)
    expect(page.get_by_role("heading", name="Get emergency care now")).to_be_focused()
    look(page)
    page.context.set_offline(False)


def saved_and_changed(page, look):
    """With what to do now; changed, withdrawn, with what was said before."""
    expect(page.get_by_role("heading", level=1)).to_contain_text("Get emergency care now")
    look(page)
    page.get_by_role("link", name="Change your answers").click()
    look(page)
    page.locator("#id_average_pain_8").check(force=True)
    save(page)
    page.get_by_role("button", name="Withdraw this log").click()
    page.get_by_text("What you said before").click()
    look(page)
    page.get_by_role("button", name="Put it back").click()


def test_every_state_of_a_day(as_person, look, transactional_db):
    episode = maria_in_care()
    keep_diary(episode, [2] * 14 + [8] * 6, timezone.now().date() - timedelta(days=1))
    page = as_person(episode.patient.user, **SMALL)

    page.goto("/home/")
    look(page)
    wrong_then_offline(page, look)
    saved_and_changed(page, look)
    for url in ("/home/", "/safety/", "/reminders/", "/offline/", "/offline/log/en/"):
        page.goto(url)
        look(page)
