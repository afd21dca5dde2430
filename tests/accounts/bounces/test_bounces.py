"""A mail that comes back is known as such, and somebody is called."""

import mailbox
from datetime import timedelta
from email import message_from_string
from email.policy import default

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.actions import post_notice, send_due_notices
from accounts.actions.notices import message_id
from accounts.bounces.mailbox import UnknownMailbox, read_each
from accounts.bounces.reading import read_bounces
from accounts.bounces.report import report_of
from accounts.models import Notice
from accounts.return_address import notice_of, return_address
from scheduling.calls.selectors import calls_to_make
from tests.accounts.bounces.imap_server import imap_box
from tests.accounts.bounces.reports import AWAY, EXCHANGE, NONSENSE, POSTFIX
from tests.pages import drawn

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def box(settings, tmp_path):
    """Mail that comes back lands here."""
    settings.BOUNCE_ADDRESS = "bounces@clinic.example"
    settings.DEFAULT_FROM_EMAIL = "Spinecare <no-reply@clinic.example>"
    settings.BOUNCE_MAILBOX = f"maildir:{tmp_path / 'bounces'}"
    return mailbox.Maildir(tmp_path / "bounces")


@pytest.fixture
def notice(maria, now):
    """A reminder of a log that was sent to Maria."""
    maria.user.email = "maria@mail.example"
    maria.user.save()
    post_notice(
        kind="log_reminder", key="log:1", clinic=maria.clinic, email="maria@mail.example",
        path="/log/", now=now,
    )  # fmt: skip
    send_due_notices(now=now)
    return Notice.objects.get(key="log:1")


def comes_back(notice, text, action="failed"):
    to = return_address(notice.pk)
    return text.format(to=to, action=action, message_id=message_id(notice))


def failure(notice):
    notice.refresh_from_db()
    return notice.failure


class TestTheReturnAddress:
    def test_is_the_envelopes_and_people_read_the_usual_one(self, notice):
        message = mail.outbox[-1]
        assert message.from_email == return_address(notice.pk)
        assert message.message()["From"] == "Spinecare <no-reply@clinic.example>"

    def test_names_its_mail_and_nobody_else_can_make_one(self, notice):
        address = return_address(notice.pk)
        assert notice_of(address) == notice.pk
        assert notice_of(address.replace(f"+{notice.pk}-", f"+{notice.pk + 1}-")) is None

    def test_where_nobody_reads_it_the_envelope_is_as_before(self, settings, maria, now):
        settings.BOUNCE_ADDRESS = ""
        post_notice(
            kind="log_reminder", key="log:2", clinic=maria.clinic, email="m@mail.example",
            path="/log/", now=now,
        )  # fmt: skip
        send_due_notices(now=now)
        assert mail.outbox[-1].from_email == "Spinecare <no-reply@clinic.example>"


class TestAReport:
    @pytest.mark.parametrize("text", [POSTFIX, EXCHANGE], ids=["Postfix", "Exchange"])
    def test_is_noted_once(self, notice, box, text, now):
        for _ in range(2):
            box.add(comes_back(notice, text))
        assert read_bounces(now=now + DAY) == 1
        assert failure(notice) == "returned"
        assert read_bounces(now=now + DAY) == 0

    @pytest.mark.parametrize(
        "text",
        [POSTFIX.replace("{action}", "delayed"), AWAY, NONSENSE],
        ids=["delay", "away", "none"],
    )
    def test_of_anything_else_changes_nothing(self, notice, box, text, now):
        box.add(comes_back(notice, text))
        assert read_bounces(now=now + DAY) == 0
        assert failure(notice) == ""

    def test_of_a_mail_that_is_not_ours_neither(self, notice, box, now):
        box.add(EXCHANGE.format(action="failed", message_id="<other@elsewhere.example>"))
        assert read_bounces(now=now + DAY) == 0

    def test_what_is_in_it_is_read_in_whatever_form(self, notice):
        report = report_of(message_from_string(comes_back(notice, EXCHANGE), policy=default))
        assert (report.notice, report.recipient) == (None, "maria@mail.example")
        assert report.message_id == message_id(notice)


class TestTheMailbox:
    def test_by_imap_what_was_read_is_marked(self, notice, settings, now):
        with imap_box(comes_back(notice, POSTFIX), AWAY.format(to="x@clinic.example")) as server:
            port = server.server_address[1]
            settings.BOUNCE_MAILBOX = f"imap://desk:s%20p@127.0.0.1:{port}/INBOX"
            call_command("read_bounces")
            assert server.seen == {1, 2}
        assert failure(notice) == "returned"

    def test_what_fails_on_the_way_is_read_again(self, notice, box, settings, monkeypatch):
        box.add(comes_back(notice, POSTFIX))

        def fails(message):
            raise RuntimeError

        with pytest.raises(RuntimeError):
            read_each(settings.BOUNCE_MAILBOX, fails)
        assert [message.get_subdir() for message in box] == ["new"]

    @pytest.mark.parametrize("address", ["pop3://h/", "imap://user:secret@mail.example/INBOX"])
    def test_no_password_goes_out_unsealed(self, address):
        with pytest.raises(UnknownMailbox):
            read_each(address, print)

    def test_that_is_away_is_said_without_its_password(self, settings):
        settings.BOUNCE_MAILBOX = "imap://desk:secret@127.0.0.1:9/INBOX"
        with pytest.raises(CommandError, match=r"cannot be read: \w+\.$"):
            call_command("read_bounces")
        settings.BOUNCE_MAILBOX = ""
        with pytest.raises(CommandError, match="names no mailbox"):
            call_command("read_bounces")


def test_whoever_it_was_for_is_called_until_they_are_reached(notice, box, maria, sam, sign_in, now):
    box.add(comes_back(notice, POSTFIX))
    read_bounces(now=now)
    desk = sign_in(sam)
    assert "E-mails come back (1)" in drawn(desk.get(reverse("board")))
    desk.post(reverse("note_call", args=[maria.pk]), {"outcome": "no_answer", "about": "address"})
    assert calls_to_make(sam.membership_as("scheduler"), now)["addresses"]
    desk.post(reverse("note_call", args=[maria.pk]), {"outcome": "reached", "about": "address"})
    assert not calls_to_make(sam.membership_as("scheduler"), now)["addresses"]


def test_not_by_another_clinic(notice, box, sid, now):
    box.add(comes_back(notice, POSTFIX))
    read_bounces(now=now)
    assert not calls_to_make(sid.membership_as("scheduler"), now)["addresses"]
