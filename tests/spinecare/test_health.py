"""What machines ask, and what they are told when something is broken."""

from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import connection
from django.db.utils import OperationalError
from django.test import override_settings
from django.urls import NoReverseMatch, reverse

from spinecare import views
from spinecare.tasks import BEAT_KEY, note_beat
from tests.running import product

DEAD_REDIS = {
    "redis": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": "redis://127.0.0.1:9/0",
        "OPTIONS": {"socket_connect_timeout": 1},
    }
}


def test_alive_needs_nothing(client):
    assert client.get("/healthz").content == b"ok\n"


@pytest.mark.django_db
def test_ready_tells_the_age_of_the_beat_and_of_the_oldest_due_trial(trial, client, now):
    note_beat()
    answer = client.get("/readyz").json()
    assert answer["ready"] is True
    assert (answer["beat_age_seconds"], answer["oldest_due_trial_seconds"]) == (0, 0)


@pytest.mark.django_db
def test_a_trial_that_waits_is_seen(trial, client, now, time_machine):
    time_machine.move_to(now + timedelta(minutes=10))
    assert client.get("/readyz").json()["oldest_due_trial_seconds"] == 600


@pytest.mark.django_db
def test_a_beat_that_never_came_is_seen(client):
    caches["redis"].delete(BEAT_KEY)
    assert client.get("/readyz").json()["beat_age_seconds"] is None


@pytest.mark.django_db
def test_without_redis_it_is_ready_since_logs_are_saved_and_says_what_is_missing(client):
    assert client.get("/readyz").json()["degraded"] is False
    with override_settings(CACHES=DEAD_REDIS):
        answer = client.get("/readyz")
    assert answer.status_code == 200
    assert (answer.json()["redis"], answer.json()["degraded"]) == (False, True)


@pytest.mark.django_db
def test_a_pending_migration_is_seen(client):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'scheduling'")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["migrations"]) == (503, False)


def test_without_a_database_it_is_not_ready(client, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise OperationalError("gone")

    monkeypatch.setattr(connection, "cursor", refuse)
    assert client.get("/readyz").status_code == 503


@pytest.mark.django_db
def test_a_disk_that_runs_full_is_seen(client, monkeypatch):
    assert client.get("/readyz").json()["free_megabytes"] > 0
    monkeypatch.setattr(views, "LEAST_FREE", 10**9)
    answer = client.get("/readyz").json()
    assert (answer["ready"], answer["degraded"]) == (True, True)


def test_outside_demo_mode_there_is_no_way_into_the_demo(client):
    with pytest.raises(NoReverseMatch):
        reverse("demo_enter", args=["clinician"])
    assert client.post("/demo/enter/clinician/").status_code == 404
    assert b"Look around" not in client.get("/").content


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        (
            {"DATABASE_URL": "sqlite:///x.db", "SPINECARE_MODE": "development"},
            "Spinecare needs PostgreSQL",
        ),
        (
            {"DATABASE_URL": "postgresql://x/x", "SPINECARE_MODE": "", "SECRET_KEY": ""},
            "SECRET_KEY is missing",
        ),
        ({"SPINECARE_MODE": "party"}, "give development, demo or production"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_a_sentence(environment, words):
    said = product("manage.py", "check", **environment)
    assert said.returncode != 0
    assert words in said.stderr
