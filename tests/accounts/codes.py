"""The code of an e-mail, as a person finds it there and types it."""

import re

from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.tasks import send_account_mail


def code_in(message):
    return re.search(r"^[A-Z0-9-]{6,9}$", message.body, re.MULTILINE).group()


def latest_code():
    send_account_mail()
    return code_in(mail.outbox[-1])


def sign_in_by_code(email):
    browser = Client()
    browser.post(reverse("account_request_login_code"), {"email": email})
    browser.post(reverse("account_confirm_login_code"), {"code": latest_code()})
    return browser
