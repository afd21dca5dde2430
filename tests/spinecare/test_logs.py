"""Log lines, ours and those of the libraries: nothing that a patient entered, no token, no search."""

import logging
from datetime import timedelta

import pytest
import structlog
import yaml
from django.db import IntegrityError, transaction

from patients.models import SymptomLog
from spinecare.embedded import BASE_DIR
from spinecare.embedded.paths import find_paths
from spinecare.embedded.servers import all_servers
from spinecare.logs import keep_allowed_keys
from tests.factories import LogFactory

NOTE = "My leg went numb on Tuesday"
PLAIN = {"log_min_error_statement=panic", "log_error_verbosity=terse"}


def test_a_line_keeps_only_what_was_declared_safe():
    line = {"event": "log saved", "user_id": 7, "average_pain": 9, "email": "maria@mail.example"}
    assert keep_allowed_keys(None, "info", line) == {"event": "log saved", "user_id": 7}


def test_a_request_is_logged_by_its_route_without_tokens_and_searches(client, caplog, db):
    with caplog.at_level(logging.INFO):
        client.get("/join/secret-token/?q=maria")
        client.get("/no/such/page/?q=maria")
    text = caplog.text
    assert "GET join/<str:token>/" in text
    assert "GET unknown" in text
    for secret in ("secret-token", "maria"):
        assert secret not in text


def events(caplog):
    return [record.msg for record in caplog.records if record.msg["event"] == "access refused"]


def test_who_asks_for_what_is_not_theirs_is_an_event(maria, stella, dr_kim, sign_in, caplog):
    patient, clinician = sign_in(maria.user), sign_in(dr_kim)
    patient.get("/worklist/")
    clinician.get(f"/patients/{stella.pk}/")
    assert [(each["user_id"], each["code"], each["request"]) for each in events(caplog)] == [
        (maria.user.pk, 403, "GET worklist/"),
        (dr_kim.pk, 404, "GET patients/<int:pk>/"),
    ]


def test_a_mistyped_address_and_a_strangers_visit_are_none(maria, sign_in, client, caplog):
    sign_in(maria.user).get("/hoem/")
    client.get("/patients/7/")
    sign_in(maria.user).get("/home/")
    assert events(caplog) == []


@pytest.fixture
def refused(episode, trial, now):
    """The database refuses a row, and its message holds all of it."""
    log = LogFactory(episode=episode, now=now - timedelta(days=1), note=NOTE)
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        SymptomLog.objects.filter(pk=log.pk).update(average_pain=77)
    assert NOTE in str(caught.value)
    return caught.value


@pytest.fixture
def written(caplog):
    """What a process writes on standard output."""
    [formatter] = (
        handler.formatter
        for handler in logging.getLogger().handlers
        if isinstance(handler.formatter, structlog.stdlib.ProcessorFormatter)
    )
    caplog.set_level(logging.INFO)
    return lambda: "\n".join(map(formatter.format, caplog.records))


def test_an_error_says_where_and_which_constraint_never_which_row(refused, written):
    structlog.get_logger("tests.lines").error("request_failed", exc_info=refused)

    for word in ("IntegrityError", "log_average_pain_0_to_10", "test_logs.py"):
        assert word in written()
    assert NOTE not in written()


def test_so_does_the_line_of_a_library_whose_words_repeat_the_error(refused, written):
    """As Celery writes of a task that broke."""
    words = {"name": "patients.tasks.review_due_trials", "exc": repr(refused)}
    logging.getLogger("celery").error("Task %(name)s: %(exc)s", words, exc_info=refused)

    assert "celery: Task %(name)s: %(exc)s" in written()
    assert "log_average_pain_0_to_10" in written()
    assert NOTE not in written()


def test_a_line_without_an_error_is_as_the_library_wrote_it(written):
    logging.getLogger("celery").info("Task %s received", "patients.tasks.remind_of_logs")

    assert "Task patients.tasks.remind_of_logs received" in written()


@pytest.mark.parametrize("name", ["django.request", "django.security.csrf"])
def test_djangos_own_lines_with_the_path_are_not_written(name):
    assert not logging.getLogger(name).isEnabledFor(logging.WARNING)


def test_a_broken_page_is_logged_without_its_path(client, written, monkeypatch, db):
    def broken(**_fields):
        raise RuntimeError(NOTE)

    monkeypatch.setattr("patients.record.views.join.find_invitation", broken)
    client.raise_request_exception = False
    assert client.get("/join/secret-token/").status_code == 500

    assert "GET join/<str:token>/" in written()
    for secret in ("secret-token", NOTE):
        assert secret not in written()


def test_the_databases_own_log_holds_no_statement_and_no_row():
    """A second tap is refused by a constraint: PostgreSQL would write down what was typed."""
    postgres = all_servers(find_paths(BASE_DIR))[0]
    composed = yaml.safe_load((BASE_DIR / "docker-compose.yml").read_text())["services"]["postgres"]
    assert set(postgres.command()) >= PLAIN
    assert set(composed["command"]) >= PLAIN
