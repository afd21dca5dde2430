"""Ada is called away from a page with a patient's data: it covers itself, and keeps her words."""

from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.test import Client
from playwright.sync_api import expect

from tests.conftest import publish
from tests.factories import ClinicAtNoonFactory, StaffFactory

pytestmark = [pytest.mark.browser, pytest.mark.processes]


@pytest.fixture
def clinic(transactional_db):
    publish()
    return ClinicAtNoonFactory(name="Northside Spine Clinic")


@pytest.fixture
def ada(clinic):
    return StaffFactory(clinic=clinic, role="administrator", name="Ada Abel")


@pytest.fixture
def page(ada, as_person):
    """She types a name, and is called away."""
    page = as_person(ada)
    page.clock.install()
    page.goto("/patients/register/")
    page.get_by_label("Name", exact=True).fill("Joy Adeyemi")
    return page


def away(page, minutes):
    """So long nobody was there: for the server, and for the clock of the page."""
    for row in Session.objects.all():
        session = SessionStore(row.session_key)
        seen = datetime.fromisoformat(session["seen_at"])
        session["seen_at"] = (seen - timedelta(minutes=minutes)).isoformat()
        session.save()
    page.clock.fast_forward(minutes * 60_000)


def signs_in(page, user):
    """In another tab of the same browser."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    site = page.evaluate("location.origin")
    cookie = {"name": name, "value": client.cookies[name].value, "url": site}
    page.context.add_cookies([cookie])


LOCKED = "Locked for privacy"


def test_it_covers_itself_and_keeps_what_she_typed(page, ada, clinic, is_accessible):
    away(page, 31)
    expect(page.get_by_role("heading", name=LOCKED)).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).not_to_be_visible()
    expect(page).to_have_title(LOCKED)
    is_accessible(page)

    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("You are not signed in yet.")).to_be_visible()
    signs_in(page, StaffFactory(clinic=clinic, role="administrator", name="Bea"))
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("This page belongs to another person")).to_be_visible()
    signs_in(page, ada)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Joy Adeyemi")
    expect(page.get_by_role("heading", name=LOCKED)).not_to_be_visible()

    page.get_by_role(
        "button", name="Register and invite"
    ).click()  # with the token of the new session
    expect(page.get_by_text("There is a problem")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Joy Adeyemi")


def test_who_types_is_there_though_nothing_was_sent(page):
    page.evaluate("delete document.documentElement.dataset.seconds")
    with page.expect_response("**/session/") as asked:
        page.clock.fast_forward(29 * 60_000)
    assert "spinecare-automatic" not in asked.value.request.headers
    page.locator("html[data-seconds]").wait_for(
        state="attached"
    )  # the answer was read, and the timer set
    with page.expect_response("**/session/") as asked:
        page.clock.fast_forward(29 * 60_000)  # she typed nothing since
    assert asked.value.request.headers["spinecare-automatic"] == "yes"
    expect(page.get_by_label("Name", exact=True)).to_be_visible()


def test_without_an_answer_it_covers_itself_too(page):
    page.context.set_offline(True)
    page.clock.fast_forward(31 * 60_000)
    expect(page.get_by_role("heading", name=LOCKED)).to_be_visible()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("We cannot reach Spinecare.")).to_be_visible()
