"""The outbox: one e-mail an event, without health data, and a bad address stops no other."""

from datetime import timedelta

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from accounts import actions
from accounts.last_look import looks
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


class Stumbles(EmailBackend):
    """A mail server that is there, and a message that nobody can write."""

    def send_messages(self, messages):
        if any("bad@" in recipient for message in messages for recipient in message.to):
            raise ValueError("a line in a name")
        return super().send_messages(messages)


class IsAway(EmailBackend):
    """Nothing answers where the relay was."""

    asked = 0

    def send_messages(self, messages):
        type(self).asked += 1
        raise ConnectionRefusedError


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


def test_a_bad_message_is_tried_five_times_while_others_leave(outbox, now, settings):
    settings.EMAIL_BACKEND = "tests.accounts.test_outbox.Stumbles"
    outbox(Notice.Kind.VISIT_BOOKED, email="bad@mail.example")
    outbox(Notice.Kind.VISIT_BOOKED)
    for turn in range(6):
        actions.send_due_notices(now=now + timedelta(minutes=6 * turn))
    assert [message.to for message in mail.outbox] == [["maria@mail.example"]]
    bad = Notice.objects.get(email="bad@mail.example")
    assert (bad.tries, bad.sent_at) == (5, None)
    assert bad.given_up_at is not None


def minute_by_minute(now, minutes):
    for minute in range(0, minutes, 5):
        actions.send_due_notices(now=now + timedelta(minutes=minute))


def test_a_relay_that_was_away_for_a_day_has_cost_no_message(outbox, now, settings):
    settings.EMAIL_BACKEND = "tests.accounts.test_outbox.IsAway"
    outbox(Notice.Kind.URGENT_FLAG)
    outbox(Notice.Kind.VISIT_BOOKED)
    day = 24 * 60
    minute_by_minute(now, day)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    back = now + timedelta(minutes=day)
    minute_by_minute(back, 30)
    assert "urgent_flag" in Notice.objects.exclude(sent_at=None).get().key
    minute_by_minute(back, 6 * 60)
    assert len(mail.outbox) == 2
    assert not Notice.objects.filter(sent_at=None).exists()


@pytest.mark.parametrize(
    ("kind", "days"), [("visit_booked", (3, 4)), ("urgent_flag", (6, 8)), ("visit_reminder", (0, 1))]
)  # fmt: skip
def test_how_long_a_message_is_tried(outbox, now, settings, monkeypatch, kind, days):
    """Urgent ones longest; a reminder briefly, since then somebody calls."""
    settings.EMAIL_BACKEND = "tests.accounts.test_outbox.IsAway"
    monkeypatch.delitem(looks, kind, raising=False)  # there is no visit that it is about
    outbox(kind)
    moment = now
    while (row := Notice.objects.get()).given_up_at is None:
        moment = row.due_at
        actions.send_due_notices(now=moment)
    assert days[0] <= (row.given_up_at - now) / timedelta(days=1) < days[1]
    assert row.failure == Notice.Failure.NOT_SENT


def test_while_the_relay_is_away_a_run_asks_it_once(outbox, now, settings):
    """Ten seconds of waiting for each of a hundred would hold the worker for a quarter of an hour."""
    settings.EMAIL_BACKEND = "tests.accounts.test_outbox.IsAway"
    IsAway.asked = 0
    for patient in range(3):
        outbox(Notice.Kind.VISIT_BOOKED, email=f"{patient}@mail.example")
    assert actions.send_due_notices(now=now) == 0
    assert IsAway.asked == 1
    actions.send_due_notices(now=now)
    assert IsAway.asked == 2


def test_administrators_and_operators_are_told(outbox, now, settings, ada, sign_in, client):
    page = sign_in(ada)
    assert "did not arrive" not in page.get("/our-clinic/").content.decode()
    settings.EMAIL_BACKEND = "tests.accounts.test_outbox.IsAway"
    outbox(Notice.Kind.VISIT_BOOKED)
    actions.send_due_notices(now=now)
    assert "Waiting to be sent again: 1." in page.get("/our-clinic/").content.decode()
    assert client.get("/readyz").json()["notices"] == {"waiting": 1, "failed": 0}


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
