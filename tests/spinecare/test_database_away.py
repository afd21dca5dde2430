"""While the database is away: the help page stands, nothing that was typed is lost, and operators read of it."""

import logging
import re

import pytest
from django.db import connection
from django.db.utils import OperationalError
from django.utils import translation

pytestmark = pytest.mark.django_db
OURS = {"HTTP_ORIGIN": "http://testserver"}
NOTE = "Long drive <b>today</b>"


@pytest.fixture
def phone(maria, sign_in):
    phone = sign_in(maria.user)
    phone.raise_request_exception = False
    return phone


@pytest.fixture
def away(phone, monkeypatch):
    """The server does not answer any more; `away(False)` brings it back."""

    def refuse(*_args, **_kwargs):
        raise OperationalError("connection refused") from ConnectionError(NOTE)

    def turn(is_away=True):
        monkeypatch.undo()
        if is_away:
            monkeypatch.setattr(connection, "cursor", refuse)

    turn()
    return turn


def test_a_page_says_so_with_whom_to_call(phone, away):
    answer = phone.get("/home/")
    assert answer.status_code == 503
    assert 'href="tel:911"' in answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"
    assert "default-src" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("language", "title"), [("en", "Get help now"), ("es", "Pida ayuda ahora")]
)
def test_the_help_page_is_there_for_a_signed_in_patient(phone, away, language, title):
    answer = phone.get("/help-now/", headers={"Accept-Language": language})
    translation.deactivate()
    assert answer.status_code == 200
    assert f"<h1>{title}</h1>" in answer.content.decode()
    assert 'href="tel:988"' in answer.content.decode()
    assert "default-src" in answer.headers["Content-Security-Policy"]


def test_what_was_sent_is_sent_again_from_the_page(phone, away, episode, trial):
    sent = {
        "average_pain": "4",
        "note": NOTE,
        "submission_id": "0d2f5a57-13f0-4a52-9d33-4d3a53f2f0f5",
    }
    said = phone.post("/log/", sent, **OURS).content.decode()
    assert "Your answers are still here" in said
    assert NOTE not in said
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', said))
    assert fields["average_pain"] == "4"
    away(False)
    assert phone.post("/log/", sent).status_code in {200, 302}


def test_what_another_site_made_a_browser_send_is_not_offered(phone, away):
    said = phone.post(
        "/log/", {"note": NOTE}, HTTP_ORIGIN="https://elsewhere.example"
    ).content.decode()
    assert "Send again" not in said


@pytest.mark.parametrize("page", ["/home/", "/help-now/"])
def test_one_line_is_written_that_names_the_kind_and_not_the_words(phone, away, caplog, page):
    with caplog.at_level(logging.INFO):
        phone.get(page, headers={"X-Request-ID": "from-nginx"})
    [record] = [each for each in caplog.records if each.levelno >= logging.ERROR]
    assert record.msg["event"] == "request_failed"
    assert record.msg["request_id"] == "from-nginx"


def test_an_error_of_ours_is_no_database_that_is_away(phone, monkeypatch):
    monkeypatch.setattr("spinecare.views.workplace", lambda _request: 1 / 0)
    answer = phone.get("/")
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.content.decode()
