"""A database that takes a question and says nothing: the page ends, and the next ones end at once."""

import pytest
from django.db import OperationalError, connections
from psycopg.errors import ConnectionTimeout

from spinecare.database import base
from spinecare.database.base import DatabaseWrapper

pytestmark = pytest.mark.django_db
FOR_EVER = "SELECT pg_sleep(600)"


@pytest.fixture
def impatient(settings, monkeypatch):
    """A connection as web processes have it, with a tenth of a second instead of 25."""
    settings.ANSWER_TIMEOUT = 0.1
    monkeypatch.setattr(DatabaseWrapper, "away_until", 0.0)
    connection = connections.create_connection("default")
    yield connection
    connection.close()
    with connections[
        "default"
    ].cursor() as cursor:  # the server sleeps on, and would hold the database
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE query = %s",
            [FOR_EVER],
        )


def test_a_statement_without_an_answer_is_an_error_and_the_connection_is_given_up(impatient):
    with impatient.cursor() as cursor, pytest.raises(OperationalError, match="does not answer"):
        cursor.execute(FOR_EVER)
    assert not impatient.is_usable()


def test_after_a_silence_nobody_waits_again_until_it_has_rested(impatient, monkeypatch):
    with impatient.cursor() as cursor, pytest.raises(OperationalError):
        cursor.execute(FOR_EVER)
    impatient.close()
    with pytest.raises(OperationalError, match="a moment ago"):
        impatient.cursor()
    monkeypatch.setattr(DatabaseWrapper, "away_until", 0.0)
    with impatient.cursor() as cursor:
        cursor.execute("SELECT 1")


def test_a_server_that_takes_no_call_is_left_in_peace_too(impatient, monkeypatch):
    def nobody_answers(*_params):
        raise ConnectionTimeout

    monkeypatch.setattr(base.base.DatabaseWrapper, "get_new_connection", nobody_answers)
    with pytest.raises(OperationalError):
        impatient.cursor()
    with pytest.raises(OperationalError, match="a moment ago"):
        impatient.cursor()


def test_whether_a_kept_connection_works_is_asked_with_little_patience(impatient):
    impatient.ensure_connection()
    asked, usual = [], impatient.connection.cursor
    impatient.connection.cursor = lambda: asked.append(impatient.patience) or usual()
    assert impatient.is_usable()
    assert (asked, impatient.patience) == ([base.STILL_THERE], 0.1)


def test_a_job_waits_as_long_as_it_takes(settings):
    settings.ANSWER_TIMEOUT = 0
    assert connections.create_connection("default").patience is None
