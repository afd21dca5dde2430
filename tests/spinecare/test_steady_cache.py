"""People sign in while Redis is away, and are still counted."""

import pytest
from django.core.cache import caches
from django.test import Client
from django.urls import reverse

from spinecare.steady_cache import SteadyCache

pytestmark = pytest.mark.django_db

PASSWORD = "a brown cow jumps 7 times"


@pytest.fixture
def no_redis(settings, monkeypatch):
    """Nobody listens there; what was counted here before is forgotten."""
    monkeypatch.setattr(SteadyCache, "away_until", 0.0)
    settings.CACHES = {
        name: {**cache, "LOCATION": "redis://127.0.0.1:1/0"}
        for name, cache in settings.CACHES.items()
    }
    caches["default"].clear()


def enter(person, password):
    browser = Client()
    typed = {"login": person.email, "password": password}
    return browser.post(reverse("account_login"), typed), browser


def test_she_signs_in_with_her_password(no_redis, maria):
    maria.user.set_password(PASSWORD)
    maria.user.save()
    answer, browser = enter(maria.user, PASSWORD)
    assert answer.status_code == 302
    assert browser.get("/home/").status_code == 200


def test_a_code_may_be_asked_for_three_times_a_minute(no_redis, maria, now):
    asked = [
        Client().post(reverse("account_request_login_code"), {"email": maria.user.email})
        for _turn in range(4)
    ]
    assert [answer.status_code for answer in asked] == [302, 302, 302, 200]


def test_the_sixth_wrong_password_is_not_tried(no_redis, maria, now):
    maria.user.set_password(PASSWORD)
    maria.user.save()
    for _turn in range(5):
        enter(maria.user, "wrong")
    answer, _browser = enter(maria.user, PASSWORD)
    assert b"Too many tries" in answer.content


def test_it_keeps_counts_and_rests_before_it_asks_redis_again(no_redis):
    cache = caches["default"]
    cache.set("one", 1)
    assert SteadyCache.away_until > 0
    assert (cache.get("one"), cache.add("one", 2), cache.touch("one")) == (1, False, True)
    assert cache.delete("one")
    assert cache.get("one") is None


def test_with_redis_it_counts_there(monkeypatch):
    monkeypatch.setattr(SteadyCache, "away_until", 0.0)
    caches["default"].set("one", 1)
    assert caches["redis"].get("one") == 1
    caches["default"].delete("one")
