"""Signing in by a code from an e-mail, leaving by itself, and what every answer carries."""

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.actions import disable
from accounts.adapters import MFAAdapter
from accounts.models import User
from accounts.tasks import send_account_mail
from patients.models import Patient
from tests.accounts.codes import code_in
from tests.factories import StaffFactory

pytestmark = pytest.mark.django_db


def test_a_patient_signs_in_with_a_code_and_no_password(maria, client):
    client.post(reverse("account_request_login_code"), {"email": maria.user.email})
    send_account_mail()
    assert mail.outbox[-1].to == [maria.user.email]
    code = code_in(mail.outbox[-1])
    answer = client.post(reverse("account_confirm_login_code"), {"code": code})
    assert answer.status_code == 302
    assert client.session["_auth_user_id"] == str(maria.user.pk)


def test_who_may_no_longer_come_in_is_sent_to_the_door_at_the_next_page(maria, sign_in):
    phone = sign_in(maria.user)
    User.objects.filter(pk=maria.user.pk).update(is_active=False)

    assert phone.get("/home/").url == "/account/login/?next=/home/"


def test_the_session_of_a_closed_account_does_not_wait_until_it_is_opened_again(
    maria, sign_in, now
):
    phone, tablet = sign_in(maria.user), sign_in(maria.user)
    disable(user=maria.user, now=now)
    phone.get("/home/")
    User.objects.filter(pk=maria.user.pk).update(is_active=True)

    for device in (phone, tablet):  # one that came by in between, and one that did not
        assert device.get("/home/").url == "/account/login/?next=/home/"
    assert sign_in(User.objects.get(pk=maria.user.pk)).get("/home/").status_code == 200


def test_the_operator_signs_one_person_out_or_all(maria, dr_kim, sign_in):
    phone, desk = sign_in(maria.user), sign_in(dr_kim)
    call_command("end_sessions", maria.user.email.upper(), stdout=StringIO())
    assert phone.get("/home/").status_code == 302
    assert desk.get(reverse("worklist")).status_code == 200
    call_command("end_sessions", "--all", stdout=StringIO())
    assert desk.get(reverse("worklist")).status_code == 302
    with pytest.raises(CommandError, match="Nobody is known"):
        call_command("end_sessions", "nobody@mail.example")


def test_a_session_ends_where_it_meets_a_closed_account(maria, sign_in):
    phone = sign_in(maria.user)
    User.objects.filter(pk=maria.user.pk).update(is_active=False)
    phone.get("/home/")
    User.objects.filter(pk=maria.user.pk).update(is_active=True)
    assert phone.get("/home/").url == "/account/login/?next=/home/"


def test_a_clinician_is_asked_for_the_second_step(dr_kim, client):
    client.post(reverse("account_request_login_code"), {"email": dr_kim.email})
    send_account_mail()
    code = code_in(mail.outbox[-1])
    answer = client.post(reverse("account_confirm_login_code"), {"code": code})
    assert answer.url.startswith(reverse("mfa_authenticate"))
    assert "_auth_user_id" not in client.session


def test_without_a_second_step_a_clinician_is_asked_to_set_one_up(northside, sign_in):
    newcomer = StaffFactory(clinic=northside, role="clinician", second_factor=False)
    answer = sign_in(newcomer).get(reverse("worklist"), follow=True)
    assert answer.redirect_chain[0] == (reverse("mfa_index"), 302)
    assert "First, set up a second step for signing in." in answer.content.decode()


def test_a_stranger_cannot_sign_up_and_learns_nothing(client, maria):
    assert b"invitation" in client.get(reverse("account_signup")).content.lower()
    known = client.post(reverse("account_request_login_code"), {"email": maria.user.email})
    unknown = client.post(reverse("account_request_login_code"), {"email": "nobody@mail.example"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)


def test_the_second_factors_secret_is_not_stored_in_clear(dr_kim):
    secret = Authenticator.objects.get(user=dr_kim, type="totp").data["secret"]
    assert secret.startswith("gAAAA")


@pytest.mark.parametrize(
    ("who", "pause", "still_in"),
    [
        ("dr_kim", timedelta(minutes=29), True),
        ("dr_kim", timedelta(minutes=31), False),
        ("maria", timedelta(days=29), True),
        ("maria", timedelta(days=31), False),
    ],
)
def test_after_a_pause_one_signs_in_again(who, pause, still_in, request, sign_in, now):
    found = request.getfixturevalue(who)
    browser = sign_in(found.user if isinstance(found, Patient) else found)
    browser.get(reverse("help_now"))
    with time_machine.travel(now + pause, tick=False):
        browser.get(reverse("help_now"))
    assert ("_auth_user_id" in browser.session) is still_in


def test_a_long_stay_ends_however_busy(dr_kim, sign_in, now):
    browser = sign_in(dr_kim)
    for minutes in range(0, 13 * 60, 20):
        with time_machine.travel(now + timedelta(minutes=minutes), tick=False):
            browser.get(reverse("help_now"))
    assert "_auth_user_id" not in browser.session


def test_a_patients_session_lasts_ninety_days_with_use(maria, sign_in, now):
    phone = sign_in(maria.user)
    for day in range(0, 92, 15):
        with time_machine.travel(now + timedelta(days=day), tick=False):
            phone.get(reverse("help_now"))
        assert ("_auth_user_id" in phone.session) is (day <= 90)


def test_every_answer_carries_the_policy_and_no_cache_keeps_a_signed_in_page(maria, sign_in):
    public = Client().get(reverse("start"))
    assert "default-src 'none'" in public.headers["Content-Security-Policy"]
    assert "unsafe" not in public.headers["Content-Security-Policy"]
    assert "Cache-Control" not in public.headers
    signed_in = sign_in(maria.user).get(reverse("help_now"))
    assert signed_in.headers["Cache-Control"] == "no-store"
    assert "HX-Request" in signed_in.headers["Vary"]


def test_an_address_without_its_slash_is_redirected_with_the_policy(client):
    assert "Content-Security-Policy" in client.get("/worklist").headers


def test_djangos_own_page_for_developers_keeps_its_style(client, settings):
    assert "Content-Security-Policy" in client.get("/no-such-page/").headers
    settings.DEBUG = True
    assert "Content-Security-Policy" not in client.get("/no-such-page/").headers
    assert "Content-Security-Policy" in client.get("/account/login/").headers


POLICY = ("Content-Security-Policy", "Permissions-Policy", "Cross-Origin-Resource-Policy")


def test_a_file_and_the_way_to_https_carry_the_policy(client, settings):
    style = client.get("/static/spinecare.css")
    style.close()
    assert style.status_code == 200
    settings.SECURE_SSL_REDIRECT = True
    to_https = Client().get("/")
    assert to_https.status_code == 301
    for answer in (style, to_https):
        assert [name for name in POLICY if name not in answer.headers] == []


@pytest.mark.parametrize(
    "address",
    ["/join/no-such-token/", "/reminders/off/no-such-token/", "/account/login/", "/session/"],
)
def test_no_cache_keeps_a_page_with_a_token_or_of_signing_in(client, db, address):
    answer = client.get(address)
    assert answer.status_code != 404 or "off" in address
    assert "no-store" in answer.headers["Cache-Control"]


def test_who_signs_out_leaves_nothing_to_go_back_to(maria, sign_in):
    phone = sign_in(maria.user)
    assert "Clear-Site-Data" not in phone.get(reverse("account_logout")).headers
    left = phone.post(reverse("account_logout"))
    assert left.headers["Clear-Site-Data"] == '"cache", "storage"'


def test_a_message_is_in_the_session_and_in_no_cookie(ada, sign_in):
    desk = sign_in(ada)
    person = {"name": "Zoe", "email": "z@c.example", "role": "scheduler"}
    desk.post(reverse("invite_person"), person)
    assert set(desk.cookies) <= {"sessionid", "csrftoken"}
    assert b"on its way" in desk.get(reverse("people")).content


def test_history_names_who_and_the_page(ada, sign_in):
    sign_in(ada).post(
        reverse("invite_person"), {"name": "Zoe", "email": "z@c.example", "role": "scheduler"}
    )
    event = User._meta.apps.get_model("accounts", "InvitationEvent").objects.latest("pgh_id")
    assert event.pgh_context.metadata == {"user": ada.pk, "purpose": "invite_person"}


def test_an_email_is_found_in_any_case(maria):
    assert User.objects.get_by_natural_key(maria.user.email.upper()) == maria.user


def test_a_second_factors_secret_is_read_again_also_after_the_key_was_replaced(settings):
    old = MFAAdapter().encrypt("JBSWY3DP")
    settings.MFA_KEYS = [Fernet.generate_key().decode(), *settings.MFA_KEYS]
    assert MFAAdapter().decrypt(old) == "JBSWY3DP"
