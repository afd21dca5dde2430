"""A product in which nobody does anything: what is asked every few seconds asks one small thing."""

import pytest

from accounts.account_mail import NEWS_COUNTS, post_account_mail
from accounts.models import AccountMail
from accounts.tasks import send_account_mail

pytestmark = pytest.mark.django_db


def test_what_waits_leaves_all_the_same(now, mailoutbox):
    send_account_mail()
    post_account_mail(
        to="kim@clinic.example", subject="News", text="x", counts=NEWS_COUNTS, now=now
    )

    send_account_mail()

    assert [message.to for message in mailoutbox] == [["kim@clinic.example"]]
    assert not AccountMail.objects.exists()
