"""JSON written by hand in the place of a passkey's answer is refused in words, in every form that takes one."""

import pytest
from django.urls import reverse, reverse_lazy

from tests.accounts.codes import sign_in_by_code

pytestmark = pytest.mark.django_db
ADD = reverse_lazy("mfa_add_webauthn")
HOSTILE = (
    "9" * 5_000, "[" * 10_000, "[" * 100_000, "NaN", "null", "[]", "{", "1", '{"id": 1}', "x" * 30_000,
    '{"id": "x", "rawId": "x", "type": "public-key", "response": {"clientDataJSON": "x"}}',
    '{"id": "YQ", "rawId": "YQ", "type": "public-key", "response": {"clientDataJSON": "e30",'
    ' "attestationObject": "oA", "authenticatorData": "YQ", "signature": "YQ"}}',
)  # fmt: skip


@pytest.mark.parametrize("credential", HOSTILE, ids=range(len(HOSTILE)))
def test_it_signs_nobody_in(client, credential):
    client.get(reverse("mfa_login_webauthn"))

    client.post(reverse("mfa_login_webauthn"), {"credential": credential})

    assert "_auth_user_id" not in client.session


def test_it_adds_no_key(maria):
    """She has just come in with a code, so the page that adds a key is open to her."""
    phone = sign_in_by_code(maria.user.email)
    assert phone.get(ADD).status_code == 200
    for number, credential in enumerate(HOSTILE):
        answer = phone.post(ADD, {"name": "My phone", "credential": credential})
        assert answer.context["form"].errors, number
    assert not maria.user.authenticator_set.exists()


def test_it_does_not_show_that_it_is_still_her(dr_kim, sign_in, settings):
    """Dr. Kim has a passkey; somebody at her desk answers its challenge by hand."""
    settings.ACCOUNT_RATE_LIMITS = False
    passkey = {"name": "Key", "credential": {}}
    dr_kim.authenticator_set.create(type="webauthn", data=passkey)
    desk, page = sign_in(dr_kim), reverse("mfa_reauthenticate_webauthn")
    for number, credential in enumerate(HOSTILE):
        answer = desk.post(page, {"credential": credential})
        assert (answer.status_code, answer.url) == (302, reverse("account_login")), number
    assert "account_authentication_methods" not in desk.session
