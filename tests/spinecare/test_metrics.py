"""What an operator's Prometheus reads: counts of the installation, and nobody's data."""

import re
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import connection
from django.db.utils import OperationalError
from django.test import override_settings
from prometheus_client.parser import text_string_to_metric_families as parsed

from accounts.tasks import send_notices
from patients.flags.actions import request_review
from patients.tasks import review_due_trials
from spinecare import task_counts
from spinecare.tasks import note_beat
from tests.running import product
from tests.spinecare.test_health import DEAD_REDIS

pytestmark = pytest.mark.django_db
LABELS = {"method", "route", "code", "kind", "job", "state", "task", "result", "le", "version"}


@pytest.fixture
def flag(episode, protocol, now):
    """Maria asks her clinic to look at her record."""
    return request_review(episode=episode, reason="", protocol=protocol, now=now)


def told(client):
    """Each sample's value by its name and its labels."""
    text = client.get("/metrics").content.decode()
    samples = [sample for family in parsed(text) for sample in family.samples]
    return {(each.name, *sorted(each.labels.items())): each.value for each in samples}


def test_a_page_is_counted_under_its_route_with_its_statements(client, maria, sign_in):
    phone = sign_in(maria.user)
    route = (("method", "GET"), ("route", "home/"))
    asked = ("spinecare_request_queries_total", *route)
    answered = ("spinecare_requests_total", ("code", "200"), *route)
    before = told(client)
    phone.get("/home/")
    after = told(client)
    assert after[answered] - before.get(answered, 0) == 1
    assert after[asked] - before.get(asked, 0) >= 3


def test_nobody_is_named_and_no_path_is_told(client, flag, maria, sign_in):
    sign_in(maria.user).get("/log/2026-02-28/")
    client.get(f"/nowhere/{maria.number}/")
    text = client.get("/metrics").content.decode()
    ours = [line for line in text.splitlines() if line.startswith("spinecare_")]
    used = {label for line in ours for label in re.findall(r'(\w+)="', line)}
    assert used <= LABELS
    assert not any(said in text for said in (maria.name, maria.number, "2026-02-28", "nowhere"))


def test_flags_are_told_by_kind_and_by_their_clock(client, flag, now, time_machine):
    time_machine.move_to(flag.due_at - timedelta(minutes=1), tick=False)
    kind = (("kind", flag.kind),)
    assert told(client)["spinecare_open_flags", *kind] == 1
    assert told(client)["spinecare_overdue_flags", *kind] == 0
    time_machine.shift(120)
    found = told(client)
    assert found["spinecare_overdue_flags", *kind] == 1
    waited = (flag.due_at - flag.opened_at).total_seconds() + 60
    assert found["spinecare_oldest_flag_seconds", *kind] == waited


def test_a_sign_in_that_was_refused_is_counted(client):
    before = told(client)["spinecare_logins_refused_total",]
    client.post("/account/login/", {"login": "stranger@mail.example", "password": "no such one"})
    assert told(client)["spinecare_logins_refused_total",] == before + 1


def test_workers_tell_what_their_jobs_did(client, trial, now):
    """Through the signals that Celery sends in a worker."""
    before = told(client)
    for job in (review_due_trials, send_notices, note_beat):
        job.apply()
    found = told(client)
    for job in (review_due_trials, send_notices, note_beat):
        ended = ("spinecare_tasks_total", ("result", "success"), ("task", job.name))
        assert found[ended] == before.get(ended, 0) + 1
    rows = ("spinecare_task_rows_total", ("task", review_due_trials.name))
    assert found[rows] == before.get(rows, 0) + 1
    assert found["spinecare_beat_age_seconds",] == 0


def test_without_redis_the_rest_is_told(client):
    task_counts._redis.cache_clear()
    assert caches["redis"]
    with override_settings(CACHES=DEAD_REDIS):
        found = told(client)
    assert found["spinecare_redis_up",] == 0
    assert ("spinecare_beat_age_seconds",) not in found
    assert found["spinecare_due_trials",] == 0


def test_without_a_database_the_rest_is_told(client, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise OperationalError("gone")

    monkeypatch.setattr(connection, "cursor", refuse)
    found = told(client)
    assert found["spinecare_database_up",] == 0
    assert ("spinecare_logins_refused_total",) in found


TWO_PROCESSES = """
import os, django; django.setup()
from spinecare import metrics
if not (child := os.fork()):
    metrics.REFUSED.inc(2)
    os._exit(0)
os.waitpid(child, 0)
metrics.REFUSED.inc()
print(metrics.told().decode())
"""


@pytest.mark.processes
def test_any_process_of_a_web_server_answers_for_all(tmp_path):
    shared = {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "SPINECARE_MODE": "development"}
    said = product("-c", TWO_PROCESSES, DJANGO_SETTINGS_MODULE="spinecare.settings", **shared)
    assert "spinecare_logins_refused_total 3.0" in said.stdout.splitlines(), said.stderr
