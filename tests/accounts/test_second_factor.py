"""Dr. Kim lost the phone and the recovery codes: Ada vouches, and it is set up anew."""

from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from cryptography.fernet import Fernet
from django.core import mail
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.sealing import unseal
from accounts.tasks import send_account_mail
from tests.accounts.codes import sign_in_by_code

pytestmark = pytest.mark.django_db


def forget(email, by):
    call_command("forget_second_factor", email, by=by, stdout=StringIO())


def test_it_is_forgotten_sessions_end_and_she_is_told(dr_kim, ada, sign_in):
    desk = sign_in(dr_kim)
    forget(dr_kim.email, ada.email)
    assert not Authenticator.objects.filter(user=dr_kim).exists()
    assert desk.get(reverse("worklist")).url.startswith("/account/login/")
    send_account_mail()
    [told] = mail.outbox
    assert (told.to, told.subject) == (
        [dr_kim.email], "Your second step for signing in was removed",
    )  # fmt: skip


def test_she_sees_nothing_before_there_is_a_new_one(dr_kim, ada, sign_in):
    forget(dr_kim.email, ada.email)
    desk = sign_in_by_code(dr_kim.email)
    assert desk.get(reverse("worklist")).url == reverse("mfa_index")


@pytest.mark.parametrize("by", ["ann", "sam", "dr_kim"])
def test_a_stranger_a_colleague_and_herself_cannot_vouch(dr_kim, by, request):
    voucher = request.getfixturevalue(by)
    with pytest.raises(CommandError, match="no administrator of a clinic of this person"):
        forget(dr_kim.email, voucher.email)
    assert Authenticator.objects.filter(user=dr_kim).exists()


def test_an_administrator_does_not_vouch_for_herself(ada):
    with pytest.raises(CommandError, match="no administrator"):
        forget(ada.email, ada.email)


def test_nobodys_address_is_said(ada):
    with pytest.raises(CommandError, match="nobody's"):
        forget("nobody@mail.example", ada.email)


def test_after_a_renewal_of_the_keys_the_old_one_opens_nothing_that_is_kept(dr_kim, settings):
    codes = RecoveryCodes.activate(dr_kim).generate_codes()
    Authenticator.objects.filter(user=dr_kim, type="totp").delete()
    TOTP.activate(dr_kim, "JBSWY3DP")
    settings.MFA_KEYS = [Fernet.generate_key().decode(), *settings.MFA_KEYS]
    for _ in range(2):
        call_command("reseal", stdout=StringIO())
    settings.MFA_KEYS = settings.MFA_KEYS[:1]
    kept = {one.type: one for one in Authenticator.objects.filter(user=dr_kim)}
    assert unseal(kept["totp"].data["secret"]) == "JBSWY3DP"
    assert kept["recovery_codes"].wrap().validate_code(codes[3])
