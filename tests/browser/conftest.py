"""Real processes and a real browser: web, worker and beat on the test's own database and keys."""

import shutil
import urllib.request
from contextlib import ExitStack

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from django.conf import settings
from django.db import connections
from django.test import Client
from playwright.sync_api import expect

from spinecare import launch
from tests.running import environment, process, product, wait_until
from tests.stage import STAGE

CHROMIUM = next(
    filter(
        None,
        map(
            shutil.which,
            (
                # Draws for nobody, which takes a third of the time.
                "chromium-headless-shell",
                *(
                    "chromium",
                    "chromium-browser",
                    "google-chrome",
                    "google-chrome-stable",
                    "chrome",
                ),
            ),
        ),
    ),
    None,
)
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
)  # fmt: skip

# A page that a busy machine draws late is not wrong.
expect.set_options(timeout=20_000)

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CONTRAST = ["color-contrast"]
# By name: media, size of the text, what axe looks for. Plain again at the end.
PLAIN = {"color_scheme": "light", "forced_colors": "none"}
LOOKS = {
    "in forced colours": (PLAIN | {"forced_colors": "active"}, "", None),
    "with large text": (PLAIN, "200%", None),
    "by night": (PLAIN | {"color_scheme": "dark"}, "", CONTRAST),
    "by day": (PLAIN, "", RULES),
}
# What passed is not described: to find a selector for each of its elements takes most of axe's time.
RUN_AXE = "options => axe.run(options).then(({ violations }) => ({ violations }))"


def pytest_collection_modifyitems(items):
    """The product runs in other processes, so there is nothing to cover in ours."""
    marks = [pytest.mark.no_cover]
    if CHROMIUM is None:
        marks.append(pytest.mark.skip(reason="no Chromium here and none could be installed"))
    for item in items:
        if item.get_closest_marker("browser"):
            for mark in marks:
                item.add_marker(mark)


@pytest.fixture(scope="session")
def browser_type_launch_args():
    return {"executable_path": CHROMIUM, "args": list(QUIET)}


@pytest.fixture(scope="session")
def strike(django_db_blocker):
    def struck():
        with django_db_blocker.unblock():
            STAGE.strike()

    struck()
    return struck


@pytest.fixture(scope="session")
def playwright(strike, playwright):
    """While its loop runs in this thread, Django's connection is another than before and after: no
    transaction lasts that long."""
    yield playwright
    strike()
    connections.close_all()


@pytest.fixture
def site(web, transactional_db):
    """The address of the product."""
    return web


@pytest.fixture
def at_work(site, surroundings, tmp_path):
    """Worker and beat run as they do in production, and know of nothing from the tests before."""
    _, worker, beat = launch.programs(site.removeprefix("http://"))
    commands = {
        "worker": [*worker.command, "--purge"],
        "beat": [*beat.command, "--schedule", tmp_path / "beat"],
    }
    with ExitStack() as stack:
        for name, command in commands.items():
            log = tmp_path / f"{name}.log"
            stack.enter_context(process([*map(str, command)], log, surroundings))
        yield


def answers(address):
    try:
        with urllib.request.urlopen(f"http://{address}/healthz", timeout=1) as response:
            return response.status == 200
    except OSError:
        return False


@pytest.fixture
def as_person(site, browser):
    """Opens a browser window in which this person is signed in."""
    windows = []

    def open_window(user, **options):
        window = browser.new_context(base_url=site, **options)
        windows.append(window)
        client = Client()
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        window.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": site}])
        return window.new_page()

    yield open_window
    for window in windows:
        window.close()


@pytest.fixture
def is_accessible():
    """Fails with what axe finds against WCAG 2.2 AA, or against one of its rules alone."""

    def check(page, only=RULES):
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE_SCRIPT)
        found = AxeResults(page.evaluate(RUN_AXE, {"runOnly": only, "resultTypes": ["violations"]}))
        assert not found.response["violations"], f"{page.url}\n{found.generate_report()}"

    return check


@pytest.fixture
def look(is_accessible):
    """A page on a small phone, in every look: all of axe by day, its contrasts by night, and in none of them
    anything to scroll sideways, nor anything that one of these scripts finds."""

    def at(page, *finders):
        page.wait_for_load_state()
        for how, (media, size, rules) in LOOKS.items():
            page.emulate_media(reduced_motion="reduce", **media)  # no colour is half-way
            page.evaluate(f"document.documentElement.style.fontSize = '{size}'")
            if rules:
                is_accessible(page, rules)
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, (page.url, how)
            assert [page.evaluate(each) for each in finders] == [[]] * len(finders), (page.url, how)

    return at


@pytest.fixture(scope="session")
def surroundings(django_db_setup, django_db_blocker):
    """The environment of the product's processes."""
    with django_db_blocker.unblock():
        return {**environment(), "HASHED_STATIC": "1"}


@pytest.fixture(scope="session")
def web(surroundings, tmp_path_factory):
    """The address of a web server for all tests of this process, static files named by their content."""
    product("manage.py", "collectstatic", "--no-input", "--verbosity=0", HASHED_STATIC="1")
    address = f"127.0.0.1:{launch.free_port(0)}"
    command = [*map(str, launch.programs(address)[0].command)]
    with process(command, tmp_path_factory.mktemp("web") / "web.log", surroundings):
        wait_until(lambda: answers(address), 180, "the web server's answer")
        yield f"http://{address}"
