"""Real processes and a real browser: web, worker and beat on the test's own database and keys."""

import shutil
import urllib.request
from contextlib import ExitStack

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.db import connections
from django.test import Client

from spinecare import launch
from tests.running import environment, process, product, wait_until

CHROMIUM = next(
    filter(
        None,
        map(
            shutil.which,
            ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"),
        ),
    ),
    None,
)
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
)  # fmt: skip


def pytest_collection_modifyitems(items):
    if CHROMIUM is None:
        skip = pytest.mark.skip(reason="no Chromium here and none could be installed")
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(skip)


@pytest.fixture(scope="session")
def browser_type_launch_args():
    return {"executable_path": CHROMIUM, "args": list(QUIET)}


@pytest.fixture(scope="session")
def playwright(playwright):
    """While its loop runs in this thread, Django's connection is another than before and after."""
    yield playwright
    connections.close_all()


@pytest.fixture
def site(transactional_db, tmp_path):
    """The address of the product, with web, worker and beat running as they do in production."""
    address = f"127.0.0.1:{launch.free_port(0)}"
    own = environment()
    with ExitStack() as stack:
        for program in launch.programs(address):
            command = [*map(str, program.command)]
            if program.name == "beat":
                command += ["--schedule", str(tmp_path / "beat")]
            stack.enter_context(process(command, tmp_path / f"{program.name}.log", own))
        wait_until(lambda: answers(address), 60, "the web server's answer")
        yield f"http://{address}"


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
    """Fails with what axe finds against WCAG 2.2 AA."""
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}

    def check(page):
        found = Axe().run(page, options=rules)
        assert not found.response["violations"], f"{page.url}\n{found.generate_report()}"

    return check


@pytest.fixture
def look(is_accessible):
    """Nothing that axe finds, and nothing that needs scrolling sideways."""

    def at(page, large):
        if large:
            page.evaluate("document.documentElement.style.fontSize = '200%'")
        is_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320

    return at


@pytest.fixture(scope="session")
def web(django_db_setup, django_db_blocker, tmp_path_factory):
    """The address of a web server for many tests, static files named by their content."""
    with django_db_blocker.unblock():
        own = {**environment(), "HASHED_STATIC": "1"}
    product("manage.py", "collectstatic", "--no-input", "--verbosity=0", HASHED_STATIC="1")
    address = f"127.0.0.1:{launch.free_port(0)}"
    command = [*map(str, launch.programs(address)[0].command)]
    with process(command, tmp_path_factory.mktemp("web") / "web.log", own):
        wait_until(lambda: answers(address), 60, "the web server's answer")
        yield f"http://{address}"
