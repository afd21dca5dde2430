"""One question every two seconds finds what somebody waits for; where there is nothing it costs two statements."""

import pytest
from django.core import mail
from django.urls import reverse

from accounts.models import AccountMail
from spinecare.celery import app
from spinecare.tasks import look_for_what_waits

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def worker():
    """A job that is asked for is done at once."""
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


def test_a_code_that_maria_asked_for_leaves(maria, client):
    client.post(reverse("account_request_login_code"), {"email": maria.user.email})
    look_for_what_waits()
    assert [letter.to for letter in mail.outbox] == [[maria.user.email]]
    assert not AccountMail.objects.exists()


def test_where_nothing_waits_nothing_is_asked_for(django_assert_num_queries):
    with django_assert_num_queries(2):
        look_for_what_waits()


def test_both_jobs_are_looked_for():
    """Beat asks for neither by itself any more."""
    asked = {each["task"] for each in app.conf.beat_schedule.values()}
    assert look_for_what_waits.name in asked
    assert {
        "accounts.tasks.send_account_mail",
        "patients.tasks.read_on_due_imports",
    } & asked == set()


def test_what_was_missed_in_a_night_without_a_worker_is_not_made_up_for_one_by_one():
    """The row is the queue: the next question finds all of it."""
    asked = [
        each for each in app.conf.beat_schedule.values() if isinstance(each["schedule"], float)
    ]
    assert len(asked) >= 8
    assert [each["options"]["expires"] for each in asked] == [each["schedule"] for each in asked]
