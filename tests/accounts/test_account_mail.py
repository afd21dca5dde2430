"""Mail about signing in: neither the answer nor the work of a request tells who has an account."""

import re
from datetime import timedelta

import pytest
import time_machine
from celery.exceptions import SoftTimeLimitExceeded
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import actions
from accounts.models import AccountMail, JobFailure, User
from accounts.tasks import send_account_mail
from tests.accounts.codes import latest_code

pytestmark = pytest.mark.django_db

STRANGER = "nobody@mail.example"
CODE, RESET = "account_request_login_code", "account_reset_password"


@pytest.fixture(autouse=True)
def no_limits(settings):
    """Counted by addresses, over tests."""
    settings.ACCOUNT_RATE_LIMITS = False


def ask(page, email):
    return Client().post(reverse(page), {"email": email})


@pytest.fixture
def dead_relay(settings):
    """Nobody listens at this port; the settings are read anew for each message."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", 1, False


@pytest.mark.parametrize("page", [CODE, RESET])
def test_a_known_address_a_strangers_and_a_closed_ones_cost_the_same_questions(page, maria, now):
    closed = User.objects.create(email="gone@mail.example", is_active=False, joined_at=now)
    seen = [work_of(page, email) for email in (maria.user.email, STRANGER, closed.email)]
    assert seen[0] == seen[1] == seen[2]
    assert len([table for table in seen[0][2] if table == ("accounts_accountmail",)]) == 1


def work_of(page, email):
    """The answer, and which tables the request asked or wrote to, one by one."""
    with CaptureQueriesContext(connection) as queries:
        answer = ask(page, email)
    asked = [tuple(re.findall(r'(?:FROM|INTO|UPDATE) "(\w+)"', query["sql"])) for query in queries]
    return answer.status_code, answer.url, asked


def test_only_the_person_gets_a_mail(maria):
    for page in (CODE, RESET):
        ask(page, STRANGER)
        ask(page, maria.user.email)
    send_account_mail()
    assert [message.to for message in mail.outbox] == [[maria.user.email]] * 2
    assert not AccountMail.objects.exists()


@pytest.mark.parametrize("page", [CODE, RESET])
def test_a_dead_relay_is_nobodys_error_and_the_mail_leaves_later(
    page, maria, now, dead_relay, settings
):
    assert ask(page, maria.user.email).status_code == ask(page, STRANGER).status_code == 302
    assert actions.send_account_mail(now=now) == 0
    assert [failure.error for failure in JobFailure.objects.all()] == ["ConnectionRefusedError"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    actions.send_account_mail(now=now + timedelta(seconds=20))
    assert [message.to for message in mail.outbox] == [[maria.user.email]]
    assert not JobFailure.objects.exists()


def test_when_the_time_is_up_the_code_still_waits(maria, now, settings):
    settings.EMAIL_BACKEND = "tests.accounts.test_outbox.Hangs"
    ask(CODE, maria.user.email)
    with pytest.raises(SoftTimeLimitExceeded):
        actions.send_account_mail(now=now)
    assert AccountMail.objects.get().tries == 0
    assert not JobFailure.objects.exists()


def test_a_row_tells_nothing_and_is_gone_with_its_code(maria, now, dead_relay):
    ask(CODE, maria.user.email)
    [row] = AccountMail.objects.all()
    assert maria.user.email not in row.sealed
    assert str(row) == f"account mail {row.pk}"
    actions.send_account_mail(now=now)
    actions.send_account_mail(now=now + timedelta(minutes=10))
    assert not AccountMail.objects.exists()
    assert not JobFailure.objects.exists()


def test_the_link_of_a_reset_leads_to_our_own_address_whatever_host_was_named(maria, settings):
    settings.ALLOWED_HOSTS, settings.SITE_URL = ["*"], "https://spinecare.example"
    Client(headers={"host": "evil.example"}).post(reverse(RESET), {"email": maria.user.email})
    send_account_mail()
    [message] = mail.outbox
    assert "https://spinecare.example/account/password/reset/key/" in message.body
    assert "evil" not in message.body


def test_the_link_of_a_reset_opens_for_ten_minutes(maria, client, now):
    ask(RESET, maria.user.email.upper())
    send_account_mail()
    [link] = [word for word in mail.outbox[0].body.split() if "/reset/key/" in word]
    path = link.removeprefix("http://127.0.0.1:8000")
    assert client.get(path).status_code == 302
    with time_machine.travel(now + timedelta(minutes=11), tick=False):
        assert Client().get(path).status_code == 200  # the page that says that it is too old


def test_a_code_counts_for_ten_minutes(maria, now):
    for minutes, gets_in in ((9, True), (11, False)):
        browser = Client()
        browser.post(reverse(CODE), {"email": maria.user.email})
        code = latest_code()
        with time_machine.travel(now + timedelta(minutes=minutes), tick=False):
            browser.post(reverse("account_confirm_login_code"), {"code": code})
        assert ("_auth_user_id" in browser.session) is gets_in


@pytest.mark.parametrize("page", [CODE, RESET])
def test_no_message_calls_us_by_the_name_that_a_request_named(page, maria, settings):
    """Compose allows `localhost` for its health check: nobody is written to from there."""
    settings.SITE_URL, settings.ALLOWED_HOSTS = "https://spinecare.example", ["elsewhere.example"]
    Client().post(reverse(page), {"email": maria.user.email}, headers={"Host": "elsewhere.example"})
    send_account_mail()
    [message] = mail.outbox
    assert "elsewhere" not in f"{message.subject} {message.body}"
    assert ("https://spinecare.example" in message.body) is (page == RESET)
