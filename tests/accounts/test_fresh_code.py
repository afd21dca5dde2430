"""Maria's phone lies on a table, signed in: whoever picks it up cannot make the account theirs."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.fresh_code import PROTECTED
from accounts.models import User
from tests.accounts.codes import latest_code, sign_in_by_code
from tests.test_access_matrix import ALL

pytestmark = pytest.mark.django_db

SET_PASSWORD = "account_set_password"
PASSWORD = "a brown cow jumps 7 times"
LATER = timedelta(minutes=10)


@pytest.fixture(autouse=True)
def no_limits(settings):
    settings.ACCOUNT_RATE_LIMITS = False


@pytest.fixture
def phone(maria, now):
    """Maria signed in with a code at nine; now it is ten past."""
    browser = sign_in_by_code(maria.user.email)
    with time_machine.travel(now + LATER, tick=False):
        yield browser


def ask_for_code(phone):
    phone.post(reverse("prove_it"), {"send": "yes"})
    return latest_code()


@pytest.mark.parametrize("page", ["account_email", SET_PASSWORD, "mfa_add_webauthn"])
def test_after_ten_minutes_she_is_asked_for_a_code_and_then_goes_on(page, phone):
    asked = phone.get(reverse(page))
    assert asked.url == f"{reverse('prove_it')}?next={reverse(page).replace('/', '%2F')}"
    assert phone.post(reverse(page)).url == asked.url
    assert b"we send a code to" in phone.get(asked.url).content
    sent = phone.post(asked.url, {"send": "yes", "next": reverse(page)})
    assert b"Type the code" not in phone.get(sent.url).content
    answer = phone.post(sent.url, {"code": latest_code(), "next": reverse(page)})
    assert answer.url == reverse(page)
    assert phone.get(reverse(page)).status_code == 200


def test_what_was_shown_counts_for_ten_minutes(phone, maria, now):
    phone.post(reverse("prove_it"), {"code": ask_for_code(phone)})
    typed = {"password1": PASSWORD, "password2": PASSWORD}
    with time_machine.travel(now + 2 * LATER - timedelta(seconds=1), tick=False):
        phone.post(reverse(SET_PASSWORD), typed)
    assert User.objects.get(pk=maria.user.pk).check_password(PASSWORD)


def test_a_password_that_was_typed_too_late_is_kept_nowhere(phone, maria):
    phone.post(reverse(SET_PASSWORD), {"password1": PASSWORD, "password2": PASSWORD})
    assert not User.objects.get(pk=maria.user.pk).has_usable_password()
    assert PASSWORD not in str(phone.session.items())


def test_three_wrong_codes_and_the_right_one_counts_no_longer(phone):
    code = ask_for_code(phone)
    for _turn in range(3):
        assert phone.post(reverse("prove_it"), {"code": "WRONG"}).status_code == 422
    refused = phone.post(reverse("prove_it"), {"code": code})
    assert b"This is not the code, or it is too old." in refused.content
    assert phone.get(reverse(SET_PASSWORD)).status_code == 302


def test_a_code_is_too_old_after_ten_minutes(phone, now):
    code = ask_for_code(phone)
    with time_machine.travel(now + 2 * LATER, tick=False):
        assert phone.post(reverse("prove_it"), {"code": code}).status_code == 422


def test_no_code_no_way_in(phone):
    assert phone.post(reverse("prove_it"), {"code": "ABCD-EFGH"}).status_code == 422
    assert phone.post(reverse("prove_it"), {"code": ""}).status_code == 422


def test_the_code_lies_sealed_in_the_session(phone):
    code = ask_for_code(phone)
    assert code not in str(phone.session["fresh_code"])


def test_a_fourth_code_within_a_minute_is_not_sent(phone, settings, maria):
    settings.ACCOUNT_RATE_LIMITS = {"fresh_code": "3/m/user"}
    answers = [phone.post(reverse("prove_it"), {"send": "yes"}, follow=True) for _turn in range(4)]
    told = [b"Please wait a minute" in answer.content for answer in answers]
    assert told == [False, False, False, True]


def test_the_way_on_leads_to_our_own_pages_only(phone):
    answer = phone.post(
        reverse("prove_it"), {"code": ask_for_code(phone), "next": "https://evil.example/"}
    )
    assert answer.url == reverse("start")


def test_who_has_a_second_factor_shows_that_one(dr_kim, sign_in):
    desk = sign_in(dr_kim)
    assert desk.get(reverse(SET_PASSWORD)).url.startswith(reverse("mfa_reauthenticate"))


def test_a_stranger_is_sent_to_the_door(maria):
    assert Client().get(reverse(SET_PASSWORD)).url.startswith("/account/login/")


def test_every_page_of_the_list_exists_and_none_that_adds_a_key_is_missing():
    names = {url.name for url in ALL}
    assert names >= PROTECTED
    changing = ("add", "activate", "remove", "generate", "set_password")
    assert {
        n for n in names if n and "mfa" in n and any(word in n for word in changing)
    } <= PROTECTED
