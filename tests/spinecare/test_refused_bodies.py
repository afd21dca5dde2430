"""A body that cannot be read is refused with 400, in calm words and without a stack in the log."""

import json
import logging

import pytest
import structlog
from django.urls import reverse

from spinecare.bodies import OnlyUtf8
from spinecare.wsgi import application

FIELDS = "&".join(f"field{number}=1" for number in range(10_000))
URLENCODED = "application/x-www-form-urlencoded"


@pytest.fixture
def lines(caplog):
    """What a process writes on standard output."""
    [formatter] = (
        handler.formatter
        for handler in logging.getLogger().handlers
        if isinstance(handler.formatter, structlog.stdlib.ProcessorFormatter)
    )
    caplog.set_level(logging.INFO)
    return lambda: [json.loads(formatter.format(record)) for record in caplog.records]


@pytest.mark.parametrize(
    ("body", "kind"),
    [(FIELDS, "TooManyFieldsSent"), ("note=" + "x" * 2_700_000, "RequestDataTooBig")],
)
def test_ten_thousand_fields_or_too_many_bytes_are_refused_quietly(
    episode, maria, sign_in, lines, body, kind
):
    answer = sign_in(maria.user).post(reverse("log"), body, content_type=URLENCODED)

    assert answer.status_code == 400
    assert "Nothing was saved." in answer.text
    [line] = [line for line in lines() if line["event"] == "request refused"]
    assert (line["error"], line["level"]) == (kind, "warning")
    assert not any("exception" in line or "File" in str(line) for line in lines())


def status_of(kind):
    """What the web process answers to a request with this content type."""
    said = []

    def heard(status, _headers):
        said.append(status)

    def page(_environ, start_response):
        start_response("200 OK", [])
        return [b"ok"]

    b"".join(OnlyUtf8(page)({"CONTENT_TYPE": kind}, heard))
    return said[0]


@pytest.mark.parametrize("charset", ["hex", "unicode_escape", "utf-7", "no-such", "\0"])
def test_another_charset_than_ours_is_refused_before_anything_is_read(charset):
    assert status_of(f"multipart/form-data; boundary=x; charset={charset}") == "400 Bad Request"


@pytest.mark.parametrize("kind", ["", "text/plain", "text/plain; charset=UTF-8", ";;=;charset"])
def test_our_own_charset_may_be_named(kind):
    assert status_of(kind) == "200 OK"


def test_the_web_process_is_guarded():
    assert isinstance(application, OnlyUtf8)
