"""Installed on a phone: what the worker keeps, what it never keeps, and what a visit weighs."""

import gzip
import re

import pytest
from playwright.sync_api import expect

from tests.browser.patient import SMALL, maria_in_care

pytestmark = [pytest.mark.browser, pytest.mark.processes]

FIRST_LOAD, LATER_LOAD = 45_000, 15_000
PAGES = ("/home/", "/log/")
READY = "navigator.serviceWorker.ready.then(() => true)"
KEPT = """
(async () => {
  const found = [];
  for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys()) found.push(new URL(request.url).pathname);
  return found;
})()
"""


@pytest.fixture
def phone(as_person, transactional_db):
    episode = maria_in_care(days_logged=14)
    return as_person(episode.patient.user, **SMALL)


@pytest.fixture
def stopped(phone):
    """What the content policy has stopped."""
    heard = []
    phone.on("console", lambda line: heard.append(line.text) if "Content Security" in line.text else None)  # fmt: skip
    return heard


def test_the_worker_keeps_static_files_and_pages_that_know_nobody(phone, stopped):
    for url in (*PAGES, *PAGES):
        phone.goto(url)
        assert phone.evaluate(READY)

    kept = phone.evaluate(KEPT)
    static = [path for path in kept if re.fullmatch(r"/static/.+\.[0-9a-f]{12}\.\w+", path)]
    assert set(kept) - set(static) == {"/offline/", "/offline/log/en/", "/offline/log/es/"}
    assert {path.split("/")[-1].split(".")[0] for path in static} >= {"spinecare", "app", "log"}
    assert stopped == []
    for path in {"/offline/", "/offline/log/en/", "/offline/log/es/"}:
        page = phone.evaluate(f"caches.match('{path}').then((answer) => answer.text())")
        assert "Maria" not in page
        assert "Northside" not in page


def test_without_a_network_a_page_says_so_and_shows_nothing_of_anybody(phone):
    phone.goto("/home/")
    assert phone.evaluate(READY)
    phone.context.set_offline(True)

    phone.goto("/progress/")

    expect(phone.get_by_role("heading", level=1)).to_have_text("You are offline")
    expect(phone.get_by_text("lose control of your bladder or bowels")).to_be_visible()
    expect(phone.get_by_text("Maria")).to_have_count(0)
    assert phone.evaluate("getComputedStyle(document.querySelector('.button')).minHeight") == "48px"
    phone.context.set_offline(False)
    phone.get_by_role("link", name="Try again").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Hello, Maria")


def test_it_can_be_installed(phone, stopped):
    phone.goto("/home/")
    session = phone.context.new_cdp_session(phone)

    errors = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # The window of a test is a private one; everything else would be ours to mend.
    assert {error["errorId"] for error in errors} <= {"in-incognito"}
    manifest = session.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert '"display": "standalone"' in manifest["data"]
    assert stopped == []


def weight(page, url):
    """Bytes on the wire: files as they came, the page as nginx packs it before it leaves. Without the font
    of the headings, 22 kB once: until it is there, the page reads in the system's."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    files, done = {}, []
    session.on("Network.responseReceived", lambda event: files.update({event["requestId"]: event}))
    session.on("Network.loadingFinished", lambda event: done.append(event))
    answer = page.goto(url, wait_until="networkidle")
    sent = {
        files[event["requestId"]]["response"]["url"]: event["encodedDataLength"]
        for event in done
        if event["requestId"] in files
        and not files[event["requestId"]]["response"].get("fromDiskCache")
        and not files[event["requestId"]]["response"].get("fromServiceWorker")
        and not files[event["requestId"]]["response"]["url"].endswith(".woff2")
    }
    session.detach()
    sent.pop(answer.url, None)
    headers = sum(len(name) + len(value) + 4 for name, value in answer.all_headers().items())
    return len(gzip.compress(answer.body())) + headers + sum(sent.values())


@pytest.mark.parametrize("url", PAGES)
def test_what_a_visit_weighs(phone, url, capsys):
    first = weight(phone, url)
    assert phone.evaluate(READY)
    later = weight(phone, url)

    with capsys.disabled():
        print(f"\n{url}: {first / 1000:.1f} kB at the first visit, {later / 1000:.1f} kB later")  # noqa: T201
    assert first <= FIRST_LOAD
    assert later <= LATER_LOAD
