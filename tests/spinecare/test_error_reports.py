"""What a Sentry-compatible server is told of an error, read at the other end of the line."""

import gzip
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from spinecare.error_reports import scrubbed
from tests.running import product

# A patient's form meets an error that repeats what was typed, in a process of its own.
BREAKS = """
import django; django.setup()
from django.test import Client
from spinecare import views
def broken(request, *_page):
    note, token = request.POST["note"], request.GET["token"]
    raise ValueError(f"Maria Ortiz: {note}")
views.render = broken
phone = Client(raise_request_exception=False, headers={"X-Forwarded-For": "203.0.113.7"})
phone.cookies["keepsake"] = "cookie-of-maria"
answer = phone.post("/?token=link-of-maria", {"note": "worse since the fall"})
print(answer.status_code)
"""
SECRETS = ("Maria", "fall", "203.0.113", "keepsake", "link-of-maria", "testserver", "token")


class Sink(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        packed = self.headers.get("Content-Encoding") == "gzip"
        self.server.heard.append((gzip.decompress(body) if packed else body).decode())
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        """The test reads what came."""


@contextmanager
def sink():
    server = HTTPServer(("127.0.0.1", 0), Sink)
    server.heard = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.processes
def test_the_kind_the_place_and_the_route_leave_and_nothing_of_a_person():
    with sink() as server:
        dsn = f"http://key@127.0.0.1:{server.server_address[1]}/1"
        setting = "spinecare.settings"
        done = product(
            "-c", BREAKS, SENTRY_DSN=dsn, DJANGO_SETTINGS_MODULE=setting, ALLOWED_HOSTS="testserver"
        )
    assert done.stdout.splitlines()[-1] == "500", done.stderr
    [said] = server.heard
    assert '"type":"ValueError"' in said
    assert "spinecare/views.py" in said
    assert [secret for secret in SECRETS if secret in said] == []


def test_only_what_is_named_leaves():
    frame = {"filename": "a.py", "lineno": 3, "vars": {"note": "fall"}, "context_line": "fall"}
    error = {"type": "ValueError", "value": "fall", "stacktrace": {"frames": [frame]}}
    event = {
        "level": "error", "user": {"id": 4}, "request": {"data": "fall"}, "extra": {"x": "fall"},
        "breadcrumbs": {"values": ["fall"]}, "tags": {"x": "fall"}, "exception": {"values": [error]},
    }  # fmt: skip
    assert scrubbed(event, {}) == {
        "level": "error",
        "exception": {
            "values": [
                {
                    "type": "ValueError",
                    "stacktrace": {"frames": [{"filename": "a.py", "lineno": 3}]},
                }
            ]
        },
    }


def test_a_line_without_an_error_does_not_leave():
    assert scrubbed({"level": "error", "logentry": {"message": "fall"}}, {}) is None
