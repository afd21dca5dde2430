"""Ada lets a hospital's program in, and sends it away."""

import json
from datetime import date

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.db import IntegrityError, transaction
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from accounts.models import System
from exchange.keys import BadKeys, read_keys
from tests.exchange.conftest import EC, RSA, Reader, jwks, public

pytestmark = pytest.mark.django_db


def filled(**other):
    return {
        "name": "Harbor Hospital",
        "keys": jwks(public(RSA, "r"), public(EC, "e")),
        "scopes": ["Patient", "Observation"],
        "ends_on": "2026-12-31",
    } | other


def test_registering_a_system_shows_what_the_other_house_needs(ada, sign_in, now):
    browser = sign_in(ada)
    page = browser.post("/systems/", filled(), follow=True).content.decode()
    made = System.objects.get()
    assert (made.clinic, made.registered_by) == (ada.membership_as().clinic, ada)
    assert made.scopes == ["Patient", "Observation"]
    assert str(made.client_id) in page
    assert "never" in page
    assert "/fhir/r4" in page


def test_ending_it_ends_its_tokens(ada, sign_in, harbor, maria, now):
    reads = Reader(harbor)
    assert reads.get("Patient").status == 200
    page = sign_in(ada).post(f"/systems/{harbor.pk}/end/", follow=True).content.decode()
    assert "Ended" in page
    assert reads.get("Patient").status == 401
    ended = System.objects.get(pk=harbor.pk)
    assert (ended.ended_at, ended.ended_by) == (now, ada)


def test_another_clinics_system_is_not_there(ann, sign_in, harbor, summit):
    browser = sign_in(ann)
    assert "Harbor" not in browser.get("/systems/").content.decode()
    assert browser.post(f"/systems/{harbor.pk}/end/").status_code == 404
    assert System.objects.get(pk=harbor.pk).ended_at is None


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": " \u200b"}, "Give the name"),
        ({"keys": "hello"}, "This is no JWKS"),
        ({"scopes": ["Flag"]}, "Select a valid choice"),
        ({"scopes": []}, "Tick what it may read"),
        ({"ends_on": "2026-03-01"}, "not before"),
        ({"ends_on": "2030-01-01"}, "not after"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_saved(ada, sign_in, wrong, said, now):
    answer = sign_in(ada).post("/systems/", filled(**wrong))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not System.objects.exists()


def test_a_private_key_is_refused_and_not_shown_again(ada, sign_in, now):
    private = ECAlgorithm.to_jwk(EC, as_dict=True) | {"kid": "e"}
    answer = sign_in(ada).post("/systems/", filled(keys=jwks(private)))
    assert "This holds a private key" in answer.content.decode()
    assert private["d"] not in answer.content.decode()


WEAK = RSAAlgorithm.to_jwk(
    rsa.generate_private_key(public_exponent=65537, key_size=1024).public_key(),  # noqa: S505 - refused
    as_dict=True,
)
SMALL = ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP256R1()).public_key(), as_dict=True)
GOOD = public(EC, "e")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not_json"),
        ("[" * 9000, "not_json"),
        ("7", "not_json"),
        ('{"keys": "x"}', "not_json"),
        ('{"keys": []}', "how_many"),
        (jwks(*[GOOD | {"kid": str(n)} for n in range(6)]), "how_many"),
        (jwks({"kty": "oct", "kid": "s", "k": "c2VjcmV0"}), "private"),
        (jwks({"kty": "OKP", "kid": "o", "crv": "Ed25519", "x": "AA"}), "kind"),
        (jwks(GOOD | {"alg": "ES256"}), "kind"),
        (jwks(GOOD | {"use": "enc"}), "kind"),
        (jwks({name: part for name, part in GOOD.items() if name != "kid"}), "kid"),
        (jwks(GOOD, GOOD), "kid"),
        (jwks(WEAK | {"kid": "w"}), "weak"),
        (jwks(SMALL | {"kid": "s"}), "weak"),
        (jwks(GOOD | {"x": "AA"}), "not_a_key"),
        (jwks({"kty": "RSA", "kid": "r", "n": "x"}), "not_a_key"),
    ],
)
def test_keys_that_prove_nothing_are_refused(text, why):
    with pytest.raises(BadKeys) as refused:
        read_keys(text)
    assert refused.value.why == why


def test_of_a_key_only_what_is_public_and_known_is_kept():
    [kept] = read_keys(json.dumps(GOOD | {"x5c": ["MII"], "note": "x", "use": "sig"}))
    assert kept == {name: GOOD[name] for name in ("kty", "kid", "crv", "x", "y")}


@pytest.mark.parametrize(
    "broken",
    [
        {"name": ""},
        {"keys": {}},
        {"scopes": []},
        {"ended_at": "2026-03-02T00:00Z"},
        {"ends_on": date(1999, 12, 31)},
    ],
)
def test_the_table_refuses_what_no_form_let_through(harbor, broken):
    with pytest.raises(IntegrityError), transaction.atomic():
        System.objects.filter(pk=harbor.pk).update(**broken)
