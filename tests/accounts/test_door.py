"""The door in our words: every page and letter of signing in, in both languages, without stock text."""

import re
from datetime import timedelta

import pytest
from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation

from accounts.actions.sign_on import set_up_sign_on
from accounts.models import Clinic, User
from accounts.sign_on_views import refusal
from accounts.tasks import send_account_mail
from spinecare.catalogue import ALLAUTH, CLOSED, ROOT, texts_of
from tests.accounts.codes import latest_code, sign_in_by_code
from tests.factories import set_up_second_factor
from tests.test_access_matrix import ALL

pytestmark = pytest.mark.django_db

# No page of ours is built on these, or none leads here.
UNUSED = {
    "account/base_confirm_code.html": "ours stand alone",
    "account/confirm_password_reset_code.html": "a new password is set by a link",
    "account/email.html": "there is one address (ACCOUNT_CHANGE_EMAIL)",
    "account/email/email_deleted_message.txt": "the one address is changed, not deleted",
    "account/email/email_deleted_subject.txt": "the one address is changed, not deleted",
    "account/email/password_reset_code_message.txt": "a new password is set by a link",
    "account/email/password_reset_code_subject.txt": "a new password is set by a link",
    "account/snippets/already_logged_in.html": "ours do without it",
    "account/snippets/warn_no_email.html": "everybody has an address",
    "mfa/recovery_codes/base.html": "ours stand alone",
    "mfa/totp/base.html": "ours stand alone",
    "mfa/webauthn/base.html": "ours stand alone",
}


def stock():
    """Templates of allauth with words in them, whose pages are open here."""
    for app in ("account", "mfa", "usersessions"):
        for file in sorted(ALLAUTH.glob(f"templates/{app}/**/*.*")):
            if not CLOSED.search(file.as_posix()) and any(texts_of(file)):
                yield file


def name_of(file):
    return file.relative_to(ALLAUTH / "templates").as_posix()


STOCK = list(stock())


@pytest.mark.parametrize("file", STOCK, ids=name_of)
def test_every_page_and_letter_with_words_is_ours(file):
    ours = ROOT / "templates" / name_of(file)
    assert ours.exists() != (name_of(file) in UNUSED)


def test_what_is_unused_is_not_built_upon():
    for file in (ROOT / "templates").glob("**/*.*"):
        text = file.read_text(encoding="utf-8")
        built_on = set(re.findall(r"""(?:extends|include) "([^"]+)""", text))
        assert not built_on & set(UNUSED), file


def sentences():
    """What the library would say, longer than a word or two; without what we say in the same words."""
    ours = {
        text
        for file in (ROOT / "templates").glob("**/*.*")
        for found, _context in texts_of(file)
        for text in ([found] if isinstance(found, str) else found)
    }
    for file in STOCK:
        for found, _context in texts_of(file):
            for text in [found] if isinstance(found, str) else found:
                plain = re.split(r"%\(\w+\)s", text)[0].strip()
                if len(plain) > 14 and text not in ours:
                    yield plain


SENTENCES = sorted(set(sentences()))


def must_be_ours(said):
    said = " ".join(said.split())
    assert [text for text in SENTENCES if text in said] == []
    assert "⟦" not in said
    assert "example.com" not in said


@pytest.fixture(params=["en", "es"])
def language(request, maria):
    type(maria).objects.filter(pk=maria.pk).update(language=request.param)
    User.objects.filter(pk=maria.user_id).update(language=request.param)
    return request.param


def read(answer):
    assert answer.status_code in (200, 422), answer
    return answer.content.decode()


class TestPages:
    @pytest.fixture
    def stranger(self, language):
        return Client(headers={"accept-language": language})

    @pytest.fixture
    def phone(self, maria, language):
        return sign_in_by_code(maria.user.email)

    @pytest.mark.parametrize(
        "page",
        ["account_login", "account_request_login_code", "account_reset_password",
         "account_reset_password_done", "account_inactive", "account_signup",
         "account_reset_password_from_key_done", "sign_ons"],
    )  # fmt: skip
    def test_before_signing_in(self, stranger, page, language):
        said = read(stranger.get(reverse(page)))
        must_be_ours(said)
        assert f'lang="{language}"' in said

    def test_the_code_page_says_how_long_and_what_to_do_when_none_comes(
        self, stranger, maria, language, northside
    ):
        asked = {"email": maria.user.email}
        answer = stranger.post(reverse("account_request_login_code"), asked, follow=True)
        said = " ".join(read(answer).split())
        must_be_ours(said)
        assert maria.user.email in said
        assert "10 minut" in said
        assert "Northside Spine Clinic: 555-0100" in said
        again = {"action": "resend"}
        stranger.post(reverse("account_confirm_login_code"), again)
        code = latest_code()
        assert len(mail.outbox) == 2
        stranger.post(reverse("account_confirm_login_code"), {"code": code})
        assert "_auth_user_id" in stranger.session

    def test_of_two_clinics_none_is_named_before_one_knows_who_it_is(
        self, stranger, maria, southside
    ):
        asked = {"email": "nobody@mail.example"}
        answer = stranger.post(reverse("account_request_login_code"), asked, follow=True)
        assert "Northside" not in read(answer)
        assert "Southside" not in read(answer)

    @pytest.mark.parametrize(
        "page",
        ["mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "mfa_list_webauthn", "account_email",
         "account_set_password", "usersessions_list", "prove_it", "account_logout", "sign_on_needed"],
    )  # fmt: skip
    def test_settings(self, phone, page):
        must_be_ours(read(phone.get(reverse(page), follow=True)))

    def test_settings_of_who_has_set_up_everything(self, phone, maria):
        set_up_second_factor(maria.user)
        key = Authenticator.objects.create(
            user=maria.user, type="webauthn", data={"name": "Pixel", "credential": {}}
        )
        maria.user.set_password("a very long sentence of hers")
        maria.user.save()
        phone.force_login(maria.user, backend="accounts.backends.Backend")
        for page in ("account_reauthenticate", "mfa_reauthenticate"):
            must_be_ours(read(phone.get(reverse(page))))
        shown = {"password": "a very long sentence of hers"}
        assert phone.post(reverse("account_reauthenticate"), shown).status_code == 302
        for page in ("mfa_index", "mfa_view_recovery_codes", "mfa_generate_recovery_codes",
                     "mfa_deactivate_totp", "account_change_password", "mfa_list_webauthn"):  # fmt: skip
            must_be_ours(read(phone.get(reverse(page))))
        for page in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
            must_be_ours(read(phone.get(reverse(page, args=[key.pk]))))

    def test_the_second_step(self, stranger, maria):
        set_up_second_factor(maria.user)
        stranger.post(reverse("account_request_login_code"), {"email": maria.user.email})
        stranger.post(reverse("account_confirm_login_code"), {"code": latest_code()})
        page = reverse("mfa_authenticate")
        must_be_ours(read(stranger.get(page)))
        must_be_ours(read(stranger.post(page, {"code": "000000"})))

    def test_refusals(self, stranger, maria):
        page = reverse("account_login")
        wrong = {"login": maria.user.email, "password": "not hers at all, no"}
        must_be_ours(read(stranger.post(page, wrong)))
        stranger.post(reverse("account_request_login_code"), {"email": maria.user.email})
        must_be_ours(read(stranger.post(reverse("account_confirm_login_code"), {"code": "X"})))
        must_be_ours(read(stranger.get("/account/password/reset/key/1-set-password/")))


REFUSALS = re.findall(
    r'why == "(\w+)"', (ROOT / "templates/accounts/sign_on_refused.html").read_text()
)


@pytest.mark.parametrize("why", [*REFUSALS, "stopped"])
def test_what_a_clinics_sign_on_may_end_with(why, language, northside, ada, now):
    said = {"name": "Hospital account", "issuer": "https://h.example", "client_id": "c"}
    row = set_up_sign_on(clinic=northside, by=ada, now=now, secret="s", **said)
    with translation.override(language):
        answer = refusal(RequestFactory().get("/"), why, row)
    said = " ".join(answer.content.decode().split())
    must_be_ours(said)
    assert "555-0100" in said
    assert ("Questions?" in said) == (language == "en")


def test_no_page_of_the_librarys_own_sign_on_is_there():
    """Ours stand alone: nobody signs up by it, links by it or is told of it in its words."""
    names = {url.name or "" for url in ALL}
    assert not [name for name in names if name.startswith("socialaccount")]
    assert {name for name in names if name.startswith("openid_connect")} == {
        "openid_connect_login",
        "openid_connect_callback",
    }
    assert all(url.callback.__module__ == "accounts.sign_on_views"
               for url in ALL if (url.name or "").startswith("openid_connect"))  # fmt: skip


LETTERS = {
    "account/email/login_code": {"code": "ABCD-EFGH"},
    "account/email/email_confirmation": {"code": "ABCD-EFGH"},
    "account/email/email_changed": {"from_email": "a@b.example", "to_email": "c@d.example"},
    "account/email/password_changed": {},
    "account/email/password_set": {},
    "account/email/password_reset": {},
    "mfa/email/totp_activated": {},
    "mfa/email/totp_deactivated": {},
    "mfa/email/webauthn_added": {},
    "mfa/email/webauthn_removed": {},
    "mfa/email/recovery_codes_generated": {},
}


@pytest.mark.parametrize("letter", LETTERS)
def test_letters_carry_the_clinics_name_and_phone(letter, language, maria, rf_of):
    with translation.override(language), context.request_context(rf_of(maria.user)):
        get_adapter().send_mail(letter, maria.user.email, dict(LETTERS[letter]))
    send_account_mail()
    [sent] = mail.outbox
    must_be_ours(f"{sent.subject}\n{sent.body}")
    assert sent.subject.startswith("Northside Spine Clinic: ")
    assert "Northside Spine Clinic: 555-0100." in sent.body
    assert ("Questions?" in sent.body) == (language == "en")


@pytest.fixture
def rf_of():
    def request(user):
        made = RequestFactory().get("/")
        made.user = user
        return made

    return request


def test_the_code_says_for_how_long(maria, language):
    Client().post(reverse("account_request_login_code"), {"email": maria.user.email})
    send_account_mail()
    assert "10 minut" in mail.outbox[-1].body


def test_a_link_for_a_new_password_is_signed_too(maria, language, client):
    client.post(reverse("account_reset_password"), {"email": maria.user.email})
    send_account_mail()
    [sent] = mail.outbox
    must_be_ours(f"{sent.subject}\n{sent.body}")
    assert "555-0100" in sent.body


def test_who_belongs_to_no_clinic_any_more_is_told_no_phone(maria, sam, ada, now):
    membership = sam.memberships.get()
    type(membership).objects.filter(pk=membership.pk).update(
        ended_at=now + timedelta(days=1), ended_by=ada
    )
    Client().post(reverse("account_request_login_code"), {"email": sam.email})
    send_account_mail()
    [sent] = mail.outbox
    assert sent.subject == "Spinecare: Your code to sign in"
    assert "555-0100" not in sent.body
    assert "⟦" not in sent.body


def test_the_row_that_waits_names_no_clinic(maria):
    """A known address asks the database no more than a stranger's: the job asks, not the request."""
    from accounts.account_mail import content_of
    from accounts.models import AccountMail

    Client().post(reverse("account_request_login_code"), {"email": maria.user.email})
    assert (
        Clinic.objects.get(pk=maria.clinic_id).name
        not in content_of(AccountMail.objects.get())["text"]
    )
