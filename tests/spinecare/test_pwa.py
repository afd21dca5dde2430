"""The manifest, the worker and the page for no network: public, small, and about nobody."""

import json

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

pytestmark = pytest.mark.django_db


def policy(response):
    rules = (rule.split() for rule in response.headers["Content-Security-Policy"].split(";"))
    return {name: sources for name, *sources in rules}


def test_the_manifest_names_icons_that_exist(client):
    answer = client.get("/manifest.webmanifest")

    described = json.loads(answer.content)
    assert answer.headers["Content-Type"] == "application/manifest+json"
    assert {icon["sizes"] for icon in described["icons"]} == {"192x192", "512x512"}
    assert "maskable" in {icon["purpose"] for icon in described["icons"]}
    for icon in described["icons"]:
        assert finders.find(icon["src"].removeprefix(f"/{settings.STATIC_URL.strip('/')}/"))


def test_the_policy_lets_in_our_own_worker_and_manifest_and_nothing_else(client):
    rules = policy(client.get("/offline/"))

    assert rules["default-src"] == ["'none'"]
    for name in ("worker-src", "manifest-src", "script-src", "connect-src"):
        assert rules[name] == ["'self'"]


def test_the_worker_is_asked_for_anew_and_serves_the_whole_site(client):
    answer = client.get("/sw.js")

    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "'/offline/'" in answer.content.decode()


def test_files_without_a_hash_in_their_name_are_not_kept(client):
    assert "const FILES = [];" in client.get("/sw.js").content.decode()


def test_a_new_text_on_the_page_for_no_network_is_a_new_worker(client, monkeypatch):
    before = client.get("/sw.js").content
    monkeypatch.setattr("spinecare.pwa._offline_page", lambda: "another")

    assert client.get("/sw.js").content != before


def test_the_page_for_no_network_knows_nobody(sign_in, maria, client):
    hers, anybodys = (each.get("/offline/").content for each in (sign_in(maria.user), client))

    assert hers == anybodys
    assert b"You are offline" in hers
    assert b"Northside" not in hers


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_log_for_no_network_knows_nobody_and_asks_what_every_log_asks(
    language, sign_in, maria, protocol, client
):
    page = f"/offline/log/{language}/"
    hers, anybodys = (each.get(page).content.decode() for each in (sign_in(maria.user), client))

    assert hers == anybodys
    assert f'<html lang="{language}"' in hers
    for question in protocol.safety_questions.filter(on_every_log=True):
        assert f'value="{question.key}" data-level="{question.level}"' in hers
    assert "Northside" not in hers
    assert "csrfmiddlewaretoken" not in hers
    assert f"'{page}'" in client.get("/sw.js").content.decode()


def test_it_speaks_no_other_language(client, protocol):
    assert client.get("/offline/log/fr/").status_code == 404


def test_before_a_protocol_is_published_there_is_no_log_but_the_worker_goes_on(client, monkeypatch):
    monkeypatch.setattr("spinecare.pwa._protocol", lambda: None)

    assert client.get("/sw.js").status_code == 200
    assert b"You are offline" in client.get("/offline/log/en/").content
