"""Maria shows again that it is she, or changes what she signs in with: who sat in her account is out."""

from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    SECRET_SESSION_KEY,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.accounts.codes import latest_code, sign_in_by_code

pytestmark = pytest.mark.django_db

PASSWORD = "a brown cow jumps 7 times"


@pytest.fixture(autouse=True)
def no_limits(settings):
    settings.ACCOUNT_RATE_LIMITS = False


@pytest.fixture
def phone(maria, now):
    """Maria signed in with a code at nine; now it is a quarter past."""
    browser = sign_in_by_code(maria.user.email)
    with time_machine.travel(now + timedelta(minutes=15), tick=False):
        yield browser


def a_copy_of(browser):
    """Somebody else who knows the name of the session."""
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = browser.cookies[
        settings.SESSION_COOKIE_NAME
    ].value
    return thief


def is_in(browser):
    return browser.get(reverse("home")).status_code == 200


def test_a_fresh_code_gives_the_session_another_name(phone, maria):
    thief = a_copy_of(phone)
    assert is_in(thief)
    phone.post(reverse("prove_it"), {"send": "yes"})
    phone.post(reverse("prove_it"), {"code": latest_code()})
    assert is_in(phone)
    assert not is_in(thief)
    assert UserSession.objects.get(user=maria.user).session_key == phone.session.session_key


def test_so_does_the_password(phone, maria):
    maria.user.set_password(PASSWORD)
    maria.user.save()
    phone = Client()
    phone.post(reverse("account_login"), {"login": maria.user.email, "password": PASSWORD})
    thief = a_copy_of(phone)
    assert is_in(thief)
    phone.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert is_in(phone)
    assert not is_in(thief)


def test_a_wrong_code_changes_nothing(phone):
    phone.post(reverse("prove_it"), {"send": "yes"})
    before = phone.session.session_key
    phone.post(reverse("prove_it"), {"code": "WRONG"})
    assert phone.session.session_key == before


def test_a_second_factor_that_is_added_ends_the_other_sessions(
    maria, now, django_capture_on_commit_callbacks
):
    tablet, phone = sign_in_by_code(maria.user.email), sign_in_by_code(maria.user.email)
    assert is_in(tablet)
    phone.get(reverse("mfa_activate_totp"))
    secret, [counter, *_more] = phone.session[SECRET_SESSION_KEY], yield_hotp_counters_from_time()
    code = format_hotp_value(hotp_value(secret, counter))
    with django_capture_on_commit_callbacks(execute=True):
        phone.post(reverse("mfa_activate_totp"), {"code": code})
    assert Authenticator.objects.filter(user=maria.user, type="totp").exists()
    assert is_in(phone)
    assert not is_in(tablet)


def test_another_address_ends_them_too(maria, now):
    tablet, phone = sign_in_by_code(maria.user.email), sign_in_by_code(maria.user.email)
    phone.post(reverse("account_email"), {"action_add": "", "email": "maria@new.example"})
    phone.post(reverse("account_email_verification_sent"), {"code": latest_code()})
    assert EmailAddress.objects.get(user=maria.user).email == "maria@new.example"
    assert is_in(phone)
    assert not is_in(tablet)
