"""Pages for everybody who is signed out come from the memory of the process, and never tell of a person."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pathway.management.commands.publish_protocol import translations_of
from pathway.publish import publish_protocol
from tests.conftest import SOURCE

pytestmark = pytest.mark.django_db

PAGES = ["/help-now/", "/offline/", "/learn/", "/learn/steps/2/", "/learn/sources/"]
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="(\w+)"')


def read(address, browser=None, language="en"):
    answer = (browser or Client()).get(address, headers={"Accept-Language": language})
    assert answer.status_code == 200
    return answer


@pytest.mark.parametrize("address", PAGES)
def test_it_reads_the_same_the_second_time(protocol, address):
    first, second = (TOKEN.sub(b"", read(address).content) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("address", ["/help-now/", "/offline/"])
def test_help_needs_no_database(address):
    read(address)
    with CaptureQueriesContext(connection) as asked:
        read(address)
    assert len(asked) == 0


def test_what_the_protocol_says_costs_one_question_which_version_it_is(protocol):
    read("/learn/")
    with CaptureQueriesContext(connection) as asked:
        read("/learn/")
    assert len(asked) == 1


def test_a_new_version_is_seen_by_the_next_request(protocol, now):
    title = protocol.tier(2).title
    assert title in read("/learn/").content.decode()

    source = SOURCE.read_text().replace(f'"{title}"', '"A step of another name"')
    publish_protocol(source=source, translations=translations_of(SOURCE), now=now)

    assert "A step of another name" in read("/learn/").content.decode()


def test_each_language_has_its_own(protocol):
    for language, said in (
        ("en", "Get help now"),
        ("es", "Pida ayuda ahora"),
        ("en", "Get help now"),
    ):
        assert said in read("/learn/", language=language).content.decode()


def test_each_browser_has_its_own_token_and_can_choose_a_language_with_it(protocol):
    read("/help-now/")
    browser = Client(enforce_csrf_checks=True)
    page = read("/help-now/", browser).content
    other = read("/help-now/").content
    [token], [others] = set(TOKEN.findall(page)), set(TOKEN.findall(other))
    assert token != others

    form = {"csrfmiddlewaretoken": token.decode(), "language": "es", "next": "/help-now/"}
    assert browser.post(reverse("choose_language"), form).status_code == 302
    assert (
        Client(enforce_csrf_checks=True).post(reverse("choose_language"), form).status_code == 403
    )


def test_who_is_signed_in_has_their_own_page_and_leaves_nothing_behind(sign_in, maria, trial):
    read("/help-now/")
    phone = sign_in(maria.user)
    assert b"Sign out" in read("/help-now/", phone).content
    assert b"Sign out" not in read("/help-now/").content


def test_a_page_that_is_first_drawn_for_somebody_signed_in_is_not_kept(sign_in, maria, trial):
    phone = sign_in(maria.user)
    assert b"Sign out" in read("/learn/sources/", phone).content
    assert b"Sign out" not in read("/learn/sources/").content
