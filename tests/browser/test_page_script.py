"""What app.js adds to a page: one press sends once, no answer is lost, the focus stays in place.

The browser is real; a web server of the test gives the answers that a bad day would give.
"""

import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import guess_type
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.template import engines
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

PAGE = """
{% extends "base.html" %}
{% block title %}Log{% endblock %}
{% block htmx %}{% include "_htmx.html" %}{% endblock %}
{% block content %}
  <h1>Log</h1>
  <form id="plain" method="post" action="/log/"><label>Note <input name="note"></label><button>Save</button></form>
  <form id="live" method="post" action="/log/" hx-post="/log/" hx-target="this" hx-swap="outerHTML">
    <label>Score <input name="score"></label><button>Save live</button>
  </form>
  <div id="list"><button hx-get="/list/" hx-target="#list" hx-swap="outerHTML">Refresh</button></div>
{% endblock %}
"""
WRONG = """
<form id="live" method="post" hx-post="/log/" hx-target="this" hx-swap="outerHTML">
  <div class="error-summary" tabindex="-1"><a href="#score">Choose a number</a></div>
  <label>Score <input id="score" name="score"></label><button>Save live</button>
</form>
"""


@pytest.fixture
def answers():
    """What the server says to each path, as (status, body); tests put their own answers in."""
    return {
        "/": (200, engines["django"].from_string(PAGE).render()),
        "/account/login/": (200, "<h1>Sign in</h1>"),
        "/list/": (200, '<div id="list"><p>New</p></div>'),
    }


@pytest.fixture
def posts():
    return []


class Handler(BaseHTTPRequestHandler):
    """Says what its server's `answers` hold; a redirect's body is where it leads."""

    def do_GET(self):
        path = urlsplit(self.path).path
        if path.startswith("/static/"):
            self.say(200, Path(finders.find(path.removeprefix("/static/"))).read_bytes())
        else:
            status, body = self.server.answers.get(path, (404, ""))
            self.say(status, body.encode())

    def do_POST(self):
        self.server.posts.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.do_GET()

    def say(self, status, body):
        self.send_response(status)
        if status == 302:
            self.send_header("Location", body.decode())
        self.send_header("Content-Type", guess_type(self.path)[0] or "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Keep quiet."""


@pytest.fixture
def site(answers, posts):
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.answers, server.posts = answers, posts
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def window(browser):
    window = browser.new_context()
    yield window
    window.close()


@pytest.fixture
def page(window, site):
    page = window.new_page()
    page.goto(site)
    return page


def focused(page):
    return page.evaluate("document.activeElement.id || document.activeElement.className")


def press_save(page):
    # By force: else the robot, unlike a person, waits for a button that says it is busy.
    page.get_by_role("button", name="Save", exact=True).click(force=True)
    # One more round trip: whatever the press has sent has arrived by then.
    page.evaluate("fetch('/list/')")


def test_a_double_press_sends_one_form(page, answers, posts):
    answers["/log/"] = (204, "")

    press_save(page)
    press_save(page)

    assert posts == ["note="]


def test_a_page_that_came_back_can_be_sent_again(page, answers, posts):
    answers["/log/"] = (204, "")
    press_save(page)

    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    press_save(page)

    assert len(posts) == 2


def test_a_second_try_after_a_failure_goes_through(page, answers, posts):
    answers["/log/"] = (503, "later")
    page.get_by_label("Note").fill("stiff")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("body")).to_have_text("later")

    page.go_back()
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.locator("body")).to_have_text("later")
    assert len(posts) == 2


def test_offline_keeps_the_page_and_says_what_to_do(page, window, answers, posts):
    answers["/log/"] = (200, "saved")
    page.get_by_label("Note").fill("stiff")
    window.set_offline(True)

    page.get_by_role("button", name="Save", exact=True).click()

    expect(
        page.get_by_text("You are offline. Your answers are still on this page.")
    ).to_be_visible()
    expect(page.get_by_label("Note")).to_have_value("stiff")
    assert posts == []
    window.set_offline(False)
    expect(page.get_by_text("You are offline.")).to_be_hidden()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("body")).to_have_text("saved")
    assert posts == ["note=stiff"]


def test_a_wrong_answer_moves_the_focus_to_the_summary_and_names_the_page_so(page, answers):
    answers["/log/"] = (422, WRONG)

    page.get_by_role("button", name="Save live").click()

    expect(page.locator(".error-summary")).to_be_focused()
    expect(page).to_have_title(re.compile("^Error: Log "))
    page.get_by_role("link", name="Choose a number").click()
    assert focused(page) == "score"


def test_a_failure_is_said_and_nothing_typed_is_lost(page, answers):
    answers["/log/"] = (500, "a stack trace")
    page.get_by_label("Score").fill("4")

    page.get_by_role("button", name="Save live").click()

    expect(page.get_by_role("status").filter(has_text="We could not save that.")).to_be_visible()
    expect(page.get_by_label("Score")).to_have_value("4")
    expect(page.get_by_text("a stack trace")).to_have_count(0)


def test_a_session_that_ended_does_not_take_the_answers_away(page, answers):
    answers["/log/"] = (302, "/account/login/?next=/log/")
    page.get_by_label("Score").fill("4")

    page.get_by_role("button", name="Save live").click()

    expect(page.get_by_text("For your privacy we signed you out.")).to_be_visible()
    expect(page.get_by_label("Score")).to_have_value("4")


def test_focus_follows_what_took_the_place_of_the_pressed_button(page):
    page.get_by_role("button", name="Refresh").click()

    expect(page.locator("#list")).to_be_focused()


def test_a_list_that_refreshes_itself_leaves_the_focus_alone(page):
    page.evaluate("htmx.ajax('GET', '/list/', {target: '#list', swap: 'outerHTML'})")
    expect(page.get_by_text("New")).to_be_visible()

    assert page.evaluate("document.activeElement === document.body")
