"""A lost phone and a lost authenticator: no way in becomes a trap, and no lost device stays a way in."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.device_words import device_words
from accounts.models import User
from accounts.tasks import send_account_mail
from tests.accounts.codes import latest_code, sign_in_by_code
from tests.factories import StaffFactory, set_up_second_factor

pytestmark = pytest.mark.django_db
PHONE = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/131.0.0.0 Mobile Safari/537.36"
)


def add_passkey(user):
    """As it stands in the table; what a browser sends is tested in test_passkey_forms.py."""
    return Authenticator.objects.create(user=user, type="webauthn", data={"name": "Pixel"})


class TestAPatientsPasskey:
    def test_leaves_the_code_by_e_mail_as_it_was(self, maria):
        add_passkey(maria.user)
        phone = sign_in_by_code(maria.user.email)
        assert phone.get("/home/").status_code == 200

    def test_is_taken_away_with_a_code_when_the_phone_is_lost(self, maria):
        passkey = add_passkey(maria.user)
        phone = sign_in_by_code(maria.user.email)
        session = phone.session  # as after more than ten minutes
        session["account_authentication_methods"] = []
        session.save()
        removal = reverse("mfa_remove_webauthn", args=[passkey.pk])
        asked = phone.get(removal)
        assert asked.url.startswith(reverse("prove_it"))
        phone.post(asked.url, {"send": "yes", "next": removal})
        assert phone.post(asked.url, {"code": latest_code(), "next": removal}).url == removal
        assert phone.post(removal).status_code == 302
        assert not Authenticator.objects.filter(user=maria.user).exists()

    def test_beside_an_authenticator_app_that_she_chose_stays_a_second_step(self, maria):
        set_up_second_factor(maria.user)
        add_passkey(maria.user)
        phone = sign_in_by_code(maria.user.email)
        assert phone.get("/home/").status_code == 302

    def test_is_the_second_step_of_somebody_at_work(self, northside):
        lee = StaffFactory(clinic=northside, second_factor=False)
        add_passkey(lee)
        desk = sign_in_by_code(lee.email)
        assert "/account/login/" in desk.get("/worklist/").url

    def test_of_a_patient_who_works_too_is_the_second_step(self, maria, northside, now):
        maria.user.memberships.create(clinic=northside, role="scheduler", started_at=now)
        add_passkey(maria.user)
        assert "/account/login/" in sign_in_by_code(maria.user.email).get("/home/").url


class TestALostAuthenticator:
    @pytest.fixture
    def office(self, sign_in, ada):
        return sign_in(ada)

    def page(self, user):
        return reverse("forget_second_step", args=[user.memberships.get().pk])

    def test_is_removed_by_an_administrator_who_made_sure(self, office, dr_kim, sign_in):
        desk = sign_in(dr_kim)
        assert office.post(self.page(dr_kim)).status_code == 422
        assert Authenticator.objects.filter(user=dr_kim).exists()
        assert office.post(self.page(dr_kim), {"is_them": "on"}).status_code == 302
        assert not Authenticator.objects.filter(user=dr_kim).exists()
        assert "/account/login/" in desk.get("/worklist/").url
        send_account_mail()
        assert mail.outbox[-1].to == [dr_kim.email]
        again = sign_in(User.objects.get(pk=dr_kim.pk))
        assert again.get("/worklist/").url == reverse("mfa_index")

    def test_never_by_oneself(self, office, ada):
        answer = office.post(self.page(ada), {"is_them": "on"})
        assert answer.status_code == 422
        assert b"Another administrator has to do this" in answer.content
        assert Authenticator.objects.filter(user=ada).exists()

    def test_nor_by_another_clinic(self, office, dr_strand):
        assert office.post(self.page(dr_strand), {"is_them": "on"}).status_code == 404


class TestDevices:
    @pytest.fixture
    def here(self, maria):
        return sign_in_by_code(maria.user.email)

    @pytest.fixture
    def lost(self, maria, here):
        browser = Client(HTTP_USER_AGENT=PHONE)
        browser.post(reverse("account_request_login_code"), {"email": maria.user.email})
        browser.post(reverse("account_confirm_login_code"), {"code": latest_code()})
        assert browser.get("/home/").status_code == 200
        return browser

    def test_are_named_in_words(self, here, lost):
        page = here.get(reverse("usersessions_list")).content.decode()
        assert "Chrome on Android" in page
        assert "Mozilla" not in page

    def test_one_is_signed_out_and_the_others_stay(self, here, lost, maria):
        one = UserSession.objects.get(user_agent=PHONE)
        page = reverse("end_device", args=[one.pk])
        assert here.get(page).url == reverse("usersessions_list")
        said = here.post(page, follow=True).content.decode()
        assert "Signed out: Chrome on Android." in said
        assert "/account/login/" in lost.get("/home/").url
        assert here.get("/home/").status_code == 200
        assert here.post(page).status_code == 302  # the second tap

    def test_nobody_ends_anothers_or_the_one_in_hand(self, here, lost, stella):
        strange = sign_in_by_code(stella.user.email)
        for one in UserSession.objects.filter(user__email=stella.user.email):
            here.post(reverse("end_device", args=[one.pk]))
        assert strange.get("/home/").status_code == 200
        own = UserSession.objects.get(session_key=here.session.session_key)
        here.post(reverse("end_device", args=[own.pk]))
        assert here.get("/home/").status_code == 200


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (PHONE, "Chrome on Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18.0 Mobile Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (iPad; CPU OS 17_0) CriOS/120.0 Mobile Safari/604.1", "Chrome on iPad"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120 Safari/537.36 Edg/120", "Edge on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko Firefox/132.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X) Chrome/1 Safari/1 OPR/1", "Opera on Mac"),
        ("Mozilla/5.0 (X11; CrOS x86_64) Chrome/120 Safari/537", "Chrome on Chromebook"),
        ("Mozilla/5.0 (Linux; Android 14) SamsungBrowser/27 Chrome/125 Safari/5", "Samsung Internet on Android"),
        ("curl on Windows", "Windows"),
        ("Firefox/1", "Firefox"),
        ("", "A device that we do not know"),
    ],
)  # fmt: skip
def test_a_browser_is_named_as_its_owner_knows_it(user_agent, words):
    assert device_words(user_agent) == words
