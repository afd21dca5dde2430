"""A day of the chart is read: by arrow keys and by a tap, the same number as in the table."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.patient import SMALL, maria_in_care
from tests.factories import LogFactory

pytestmark = [pytest.mark.browser, pytest.mark.processes]


@pytest.fixture
def phone(as_person, transactional_db):
    episode = maria_in_care(days_logged=14)
    LogFactory(
        episode=episode, average_pain=8, local_date=timezone.now().date() - timedelta(days=3)
    )
    page = as_person(episode.patient.user, **SMALL)
    page.goto("/progress/")
    return page


def test_by_key_and_by_tap(phone, is_accessible):
    slider = phone.get_by_role("slider", name="Read one day")
    said = phone.locator("output")
    expect(said).to_have_text(re.compile(": nothing logged$"))

    slider.focus()
    for _day in range(3):
        phone.keyboard.press("ArrowLeft")
    expect(said).to_have_text(re.compile(": 8$"))
    expect(slider).to_have_attribute("aria-valuetext", re.compile(": 8$"))
    plot = phone.locator("[data-plot=pain]")
    box = plot.bounding_box()
    plot.click(position={"x": 30, "y": box["height"] / 2})
    expect(slider).to_have_value("0")
    is_accessible(phone)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 320


def test_without_script_the_table_is_enough(as_person, phone):
    page = phone.context.browser.new_context(
        java_script_enabled=False, storage_state=phone.context.storage_state(), **SMALL
    ).new_page()
    page.goto(phone.url)
    expect(page.get_by_role("slider")).to_have_count(0)
    expect(page.get_by_text("See the numbers as a table")).to_be_visible()
