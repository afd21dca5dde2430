"""What the log says of people coming in: who and what, never a secret."""

import logging

import pytest
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse

from tests.accounts.codes import sign_in_by_code

pytestmark = pytest.mark.django_db
PASSWORD = "a brown cow jumps 7 times"


@pytest.fixture
def lines(caplog):
    caplog.set_level(logging.INFO)
    return lambda: [record.msg for record in caplog.records if isinstance(record.msg, dict)]


def events(lines):
    return [(line["event"], line.get("user_id")) for line in lines() if "request" not in line]


def test_coming_in_and_leaving(maria, sign_in, lines):
    phone = sign_in(maria.user)
    phone.post(reverse("account_logout"))
    assert ("signed in", maria.user.pk) in events(lines)
    assert ("signed out", maria.user.pk) in events(lines)


def test_who_is_signed_out_already_leaves_without_a_line(client, rf, lines):
    request = rf.get("/")
    request.session, request.user = client.session, AnonymousUser()
    logout(request)
    assert "signed out" not in dict(events(lines))


def test_a_wrong_password_names_nobody(maria, lines):
    maria.user.set_password(PASSWORD)
    maria.user.save()
    typed = {"login": maria.user.email, "password": "wrong horse"}
    Client().post(reverse("account_login"), typed)
    assert ("sign-in refused", None) in events(lines)
    said = str(lines())
    assert "wrong horse" not in said
    assert maria.user.email not in said


def test_a_new_password_is_a_line_that_does_not_say_it(maria, lines):
    phone = sign_in_by_code(maria.user.email)
    phone.post(reverse("account_set_password"), {"password1": PASSWORD, "password2": PASSWORD})
    assert ("password set", maria.user.pk) in events(lines)
    assert PASSWORD not in str(lines())


def test_a_page_refused_is_a_line_with_its_code_and_the_person(maria, sign_in, lines):
    phone = sign_in(maria.user)
    phone.get(reverse("worklist"), headers={"X-Request-ID": "from-nginx-1"})
    told = [line for line in lines() if line.get("code") == 403]
    assert [line["event"] for line in told] == ["access refused", "request_finished"]
    line = told[0]
    assert (line["user_id"], line["request_id"]) == (maria.user.pk, "from-nginx-1")


def test_how_she_came_in_is_told_and_a_wrong_code(maria, lines):
    phone = sign_in_by_code(maria.user.email)
    [step] = [line for line in lines() if line["event"] == "shown"]
    assert (step["user_id"], step["method"]) == (maria.user.pk, "code")
    phone.post(reverse("account_logout"))
    phone.post(reverse("account_request_login_code"), {"email": maria.user.email})
    phone.post(reverse("account_confirm_login_code"), {"code": "WRONG"})
    assert ("wrong code", maria.user.pk) in events(lines)


def test_a_wrong_second_factor_is_a_line_that_names_the_kind_and_no_code(dr_kim, lines):
    dr_kim.set_password(PASSWORD)
    dr_kim.save()
    browser = Client()
    browser.post(reverse("account_login"), {"login": dr_kim.email, "password": PASSWORD})
    browser.post(reverse("mfa_authenticate"), {"code": "123456"})
    [line] = [line for line in lines() if line["event"] == "wrong second factor"]
    assert (line["user_id"], line["method"]) == (dr_kim.pk, "totp")
    assert "123456" not in str(lines())


def test_a_lock_out_is_a_line(maria, lines):
    maria.user.set_password(PASSWORD)
    maria.user.save()
    browser = Client()
    for _turn in range(6):
        typed = {"login": maria.user.email, "password": "wrong horse"}
        browser.post(reverse("account_login"), typed)
    assert ("locked out", None) in events(lines)
    assert maria.user.email not in str(lines())
