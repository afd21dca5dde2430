"""The outbox: one e-mail an event, without health data, and a bad address stops no other."""

from datetime import timedelta

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from accounts import actions
from accounts.models import JobFailure, Notice
from accounts.tasks import send_notices

pytestmark = pytest.mark.django_db

# Looked at once more by the row that they are about: tests/scheduling/.
OF_A_ROW = {"visit_reminder", "waitlist_offer"}


@pytest.fixture
def outbox(northside, now):
    Notice.objects.all().delete()

    def post(kind, email="maria@mail.example", language="en"):
        actions.post_notice(
            kind=kind, key=f"{kind}:{email}", clinic=northside, email=email, path="/home/",
            language=language, now=now,
        )  # fmt: skip

    return post


class Refuses(EmailBackend):
    """A mail server that is there and refuses one address."""

    def send_messages(self, messages):
        if any("bad@" in recipient for message in messages for recipient in message.to):
            raise OSError("refused")
        return super().send_messages(messages)


class Hangs(EmailBackend):
    """A mail server so slow that the worker's time is up."""

    def send_messages(self, messages):
        raise SoftTimeLimitExceeded


@pytest.mark.parametrize("kind", sorted(set(Notice.Kind.values) - OF_A_ROW))
def test_a_message_says_that_something_waits_and_never_what(kind, outbox, now):
    outbox(kind)
    assert actions.send_due_notices(now=now) == 1
    message = mail.outbox[-1]
    text = (message.subject + message.body).lower()
    assert "http://127.0.0.1:8000/home/" in text
    assert "555-0100" in text
    for word in ("pain", "plateau", "flag", "tier", "symptom", "medic", "maria"):
        assert word not in text
    assert "{" not in text


def test_the_same_event_is_told_once(outbox, now):
    for _ in range(2):
        outbox(Notice.Kind.VISIT_BOOKED)
    actions.send_due_notices(now=now)
    assert actions.send_due_notices(now=now) == 0
    assert len(mail.outbox) == 1


def test_after_sending_the_link_is_forgotten(outbox, now):
    outbox(Notice.Kind.INVITATION)
    send_notices()
    assert Notice.objects.get().path == ""


def test_a_bad_address_waits_and_is_given_up_while_others_leave(outbox, now, settings):
    settings.EMAIL_BACKEND = "tests.accounts.test_outbox.Refuses"
    outbox(Notice.Kind.VISIT_BOOKED, email="bad@mail.example")
    outbox(Notice.Kind.VISIT_BOOKED)
    for turn in range(6):
        actions.send_due_notices(now=now + timedelta(minutes=6 * turn))
    assert [message.to for message in mail.outbox] == [["maria@mail.example"]]
    bad = Notice.objects.get(email="bad@mail.example")
    assert (bad.tries, bad.sent_at) == (5, None)
    assert bad.given_up_at is not None


def test_when_the_time_is_up_no_message_is_to_blame(outbox, now, settings):
    settings.EMAIL_BACKEND = "tests.accounts.test_outbox.Hangs"
    outbox(Notice.Kind.VISIT_BOOKED)
    with pytest.raises(SoftTimeLimitExceeded):
        actions.send_due_notices(now=now)
    waiting = Notice.objects.get()
    assert (waiting.tries, waiting.due_at, waiting.path) == (0, now, "/home/")
    assert not JobFailure.objects.exists()


def test_one_run_sends_no_more_than_asked(outbox, now):
    outbox(Notice.Kind.VISIT_BOOKED)
    outbox(Notice.Kind.VISIT_CANCELLED)
    assert actions.send_due_notices(now=now, most=1) == 1
