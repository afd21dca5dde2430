"""A list that refreshes itself keeps nobody signed in; a page can ask how long it has still got."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.workplace import CHOSEN
from tests.factories import StaffFactory
from tests.two_hats import works

pytestmark = pytest.mark.django_db

SESSION = "/session/"
AUTOMATIC = {"Spinecare-Automatic": "yes"}


@pytest.fixture
def desk(dr_kim, sign_in):
    browser = sign_in(dr_kim)
    browser.get(reverse("worklist"))
    return browser


def polls(browser, now, minutes, address, **options):
    """The page asks once a minute; how often it was let in."""
    answers = []
    for minute in range(1, minutes + 1):
        with time_machine.travel(now + timedelta(minutes=minute), tick=False):
            answers.append(browser.get(address, **options).status_code)
    return answers.count(200)


def test_the_worklists_own_minute_does_not_lengthen_a_stay(desk, now):
    assert b'hx-headers=\'{"Spinecare-Automatic": "yes"}\'' in desk.get("/worklist/").content
    assert polls(desk, now, 40, "/worklist/", headers={**AUTOMATIC, "HX-Request": "true"}) == 30


def test_a_page_that_reloads_itself_does_not_either(desk, now):
    assert polls(desk, now, 40, "/worklist/?automatic") == 30


def test_who_presses_stays(desk, now):
    assert polls(desk, now, 40, "/worklist/") == 40


def test_a_page_is_told_how_long_it_has_got(desk, now):
    for minutes, left in ((0, 1800), (29, 60), (31, 0)):
        with time_machine.travel(now + timedelta(minutes=minutes), tick=False):
            answer = desk.get(SESSION, headers=AUTOMATIC)
        assert answer.json()["seconds"] == left
        assert "no-store" in answer.headers["Cache-Control"]
    assert set(answer.json()) == {"seconds"}


def test_a_long_stay_ends_it_too(dr_kim, sign_in, now):
    desk = sign_in(dr_kim)
    for minutes in range(0, 12 * 60, 20):
        with time_machine.travel(now + timedelta(minutes=minutes), tick=False):
            desk.get(SESSION)
    with time_machine.travel(now + timedelta(hours=11, minutes=50), tick=False):
        assert desk.get(SESSION).json()["seconds"] == 600


def test_a_page_knows_its_own_reader_again_and_nobody_else(dr_kim, southside, sign_in, northside):
    page = sign_in(dr_kim).get("/worklist/").context["lock"]["hat"]
    assert sign_in(dr_kim).get(SESSION).json()["hat"] == page
    colleague = StaffFactory(clinic=northside, role="clinician")
    assert sign_in(colleague).get(SESSION).json()["hat"] != page
    works(dr_kim, type("At", (), {"row": southside}), "clinician")
    elsewhere = sign_in(dr_kim)
    session = elsewhere.session
    session[CHOSEN] = southside.pk
    session.save()
    assert elsewhere.get(SESSION).json()["hat"] != page


def test_the_token_it_gets_sends_its_forms(ada):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ada)
    token = browser.get(SESSION).json()["token"]
    sent = browser.post(reverse("register"), {"csrfmiddlewaretoken": token})
    assert sent.status_code == 422


def test_a_strangers_page_is_told_nothing_and_a_patients_has_no_lock(maria, sign_in, client):
    assert client.get(SESSION).json() == {"seconds": 0}
    page = sign_in(maria.user).get("/home/")
    assert page.context["lock"] is None
    assert b"lock.js" not in page.content
