"""A passkey is offered once, on the first page at home: either answer ends it, and none is a trap."""

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from accounts.models import User
from tests.accounts.codes import latest_code
from tests.patients.carers.kept import a_carer

pytestmark = pytest.mark.django_db
ASKED = "Sign in without a code?"
OFFER = "/passkey-offer/"


def home(phone):
    return phone.get("/home/").content.decode()


@pytest.fixture
def phone(maria, trial, sign_in):
    return sign_in(maria.user)


def test_until_it_is_answered_and_never_again(phone, maria, sign_in):
    assert ASKED in home(phone)
    assert phone.post(OFFER, {"no": "no"}).url == "/"
    assert ASKED not in home(phone)
    assert ASKED not in home(sign_in(maria.user))


def test_yes_leads_to_where_one_is_added_and_leaving_there_loses_nothing(phone, maria, client):
    assert phone.post(OFFER, {"yes": "yes"}).url == reverse("mfa_add_webauthn")
    assert ASKED not in home(phone)
    client.post(reverse("account_request_login_code"), {"email": maria.user.email})
    client.post(reverse("account_confirm_login_code"), {"code": latest_code()})
    assert client.get("/home/").status_code == 200


def test_the_first_page_before_any_care_asks_too(maria, sign_in):
    assert ASKED in home(sign_in(maria.user))


def test_who_has_one_is_not_asked(phone, maria):
    Authenticator.objects.create(user=maria.user, type="webauthn", data={})
    assert ASKED not in home(phone)


def test_who_works_is_not_asked_at_home(maria, trial, sign_in, northside, now):
    maria.user.memberships.create(clinic=northside, role="scheduler", started_at=now)
    assert ASKED not in home(sign_in(User.objects.get(pk=maria.user_id)))


def test_a_carer_is_asked_like_anybody(maria, trial, sign_in, now):
    assert ASKED in home(sign_in(a_carer(maria, now, may_see=True).user))


def test_a_look_answers_nothing(phone):
    assert phone.get(OFFER).status_code == 405
    assert ASKED in home(phone)
