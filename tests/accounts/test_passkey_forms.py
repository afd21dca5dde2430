"""JSON written by hand in the place of a passkey's answer is refused in words, in every form that takes one."""

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db
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


@pytest.mark.parametrize("page", ["mfa_add_webauthn", "mfa_reauthenticate_webauthn"])
@pytest.mark.parametrize("credential", HOSTILE, ids=range(len(HOSTILE)))
def test_it_adds_no_key(page, credential, dr_kim, sign_in):
    desk = sign_in(dr_kim)
    session = desk.session
    session["account_authentication_methods"] = [{"method": "password", "at": 4_000_000_000}]
    session.save()
    desk.get(reverse(page))

    assert desk.post(reverse(page), {"credential": credential}).status_code < 500
    assert not dr_kim.authenticator_set.filter(type="webauthn").exists()
