"""A program proves itself with its private key, once for each assertion, and gets five minutes."""

import json
from datetime import timedelta
from unittest.mock import ANY

import jwt
import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client

from accounts.models import SpentAssertion, System
from exchange.actions import end_system
from exchange.resources import KINDS
from exchange.tokens import granted
from spinecare.retention import delete_expired
from tests.exchange.conftest import ASSERTION, EC, RSA, ask_for_token, asserted

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("key", "kid", "alg"), [(EC, "e", "ES384"), (RSA, "r", "RS384")])
def test_either_key_gets_a_token_that_reads(harbor, maria, now, key, kid, alg):
    answer = ask_for_token(asserted(harbor, key, now, kid, alg), "system/Patient.rs")
    assert answer.status_code == 200
    said = json.loads(answer.content)
    assert said == {
        "access_token": ANY,
        "token_type": "bearer",
        "expires_in": 300,
        "scope": "system/Patient.rs",
    }
    assert answer.headers["Cache-Control"] == "no-store"
    header = {"HTTP_AUTHORIZATION": f"Bearer {said['access_token']}"}
    assert Client().get("/fhir/r4/Patient", **header).status_code == 200
    assert Client().get("/fhir/r4/Goal", **header).status_code == 403
    assert System.objects.get(pk=harbor.pk).last_used_at == now


def refused(answer, error="invalid_client", status=401):
    assert (answer.status_code, json.loads(answer.content)) == (status, {"error": error})


def test_an_assertion_counts_once(harbor, now):
    assertion = asserted(harbor, EC, now)
    assert ask_for_token(assertion).status_code == 200
    refused(ask_for_token(assertion))


def test_the_same_name_of_another_system_is_another_assertion(harbor, summit, now):
    for system in (harbor, summit):
        assert ask_for_token(asserted(system, EC, now, jti="one")).status_code == 200


def test_what_was_spent_is_forgotten_when_it_would_have_run_out(harbor, now):
    ask_for_token(asserted(harbor, EC, now, exp=now + timedelta(minutes=5)))
    for minutes, left in ((5, 1), (6, 0)):
        delete_expired(now=now + timedelta(minutes=minutes))
        assert SpentAssertion.objects.count() == left


@pytest.mark.parametrize(
    "wrong",
    [
        {"aud": "https://elsewhere.example/token"},
        {"sub": "somebody-else"},
        {"iss": "no-uuid"},
        {"iss": "00000000-0000-4000-8000-000000000000"},
        {"jti": None},
        {"jti": ""},
        {"jti": "j" * 129},
        {"jti": "a\0b"},
        {"jti": 7},
        {"exp": None},
        {"aud": None},
        {"sub": None},
    ],
)
def test_a_claim_that_is_wrong_or_missing_is_refused(harbor, now, wrong):
    refused(ask_for_token(asserted(harbor, EC, now, **wrong)))
    assert not SpentAssertion.objects.exists()


@pytest.mark.parametrize(("seconds", "status"), [(-11, 401), (1, 200), (310, 200), (311, 401)])
def test_an_assertion_lasts_five_minutes_at_most(harbor, now, seconds, status):
    """Ten seconds more or less, for clocks differ."""
    exp = now + timedelta(seconds=seconds)
    assert ask_for_token(asserted(harbor, EC, now, exp=exp)).status_code == status


def test_another_key_or_algorithm_is_refused(harbor, now):
    other = ec.generate_private_key(ec.SECP384R1())
    refused(ask_for_token(asserted(harbor, other, now)))
    refused(ask_for_token(asserted(harbor, EC, now, kid="r")))
    refused(ask_for_token(asserted(harbor, EC, now, kid="unknown")))
    refused(ask_for_token(asserted(harbor, RSA, now, kid="r", alg="RS256")))
    refused(ask_for_token(asserted(harbor, RSA, now, kid="r", alg="PS384")))
    secret = json.dumps(harbor.keys[0]) * 2
    refused(ask_for_token(asserted(harbor, secret, now, kid="r", alg="HS384")))
    claims = jwt.decode(asserted(harbor, EC, now), options={"verify_signature": False})
    refused(ask_for_token(jwt.encode(claims, None, algorithm="none", headers={"kid": "e"})))


@pytest.mark.parametrize("sent", ["", "x", "a.b.c", "é" * 50, "." * 9, "e30.e30.e30"])
def test_what_is_no_assertion_is_refused(harbor, sent):
    refused(ask_for_token(sent))


def test_the_form_is_the_one_of_smart(harbor, now):
    assertion = asserted(harbor, EC, now)
    refused(ask_for_token(assertion, grant_type="password"), "unsupported_grant_type", 400)
    refused(ask_for_token(assertion, client_assertion_type="jwt"))
    assert Client().get("/fhir/token").status_code == 405
    assert ask_for_token(assertion).status_code == 200, "none of these has spent it"
    assert ASSERTION.endswith("jwt-bearer")


def test_who_was_ended_or_whose_last_day_is_over_gets_none(harbor, summit, ada, now):
    end_system(system=harbor, at=ada.membership_as("administrator"), now=now)
    refused(ask_for_token(asserted(harbor, EC, now)))
    after = now.replace(year=2027)
    with time_machine.travel(after, tick=False):
        refused(ask_for_token(asserted(summit, EC, after)))


def test_scopes_that_it_has_not_are_left_out_and_none_is_an_error(harbor, now):
    System.objects.filter(pk=harbor.pk).update(scopes=["Patient", "Goal"])
    wanted = "system/Goal.read system/Observation.rs system/Patient.write"
    answer = ask_for_token(asserted(harbor, EC, now), wanted)
    assert json.loads(answer.content)["scope"] == "system/Goal.rs"
    refused(ask_for_token(asserted(harbor, EC, now), "system/Observation.rs"), "invalid_scope", 400)
    refused(ask_for_token(asserted(harbor, EC, now), ""), "invalid_scope", 400)


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ("system/*.rs", ["Patient", "Goal"]),
        ("system/*.read", ["Patient", "Goal"]),
        ("system/Patient.r  system/Goal.s", ["Patient", "Goal"]),
        ("user/Patient.rs patient/Patient.rs Patient.rs", []),
        ("system/Patient.cruds system/*.*", []),
        ("system/Flag.rs system/patient.rs", []),
    ],
)
def test_a_scope_names_resources_to_read(wanted, names):
    assert granted(wanted, KINDS, ["Patient", "Goal"]) == names


def test_programs_send_no_csrf_token(harbor, now):
    client = Client(enforce_csrf_checks=True)
    sent = {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION,
        "client_assertion": asserted(harbor, EC, now),
        "scope": "system/Patient.rs",
    }
    token = json.loads(client.post("/fhir/token", sent).content)["access_token"]
    header = {"HTTP_AUTHORIZATION": f"Bearer {token}"}
    assert client.post("/fhir/r4/Patient/_search", {}, **header).status_code == 200


def test_a_flood_is_held_back(harbor, now, settings):
    settings.ACCOUNT_RATE_LIMITS = {"fhir_token": "2/m/ip"}
    answers = [ask_for_token(asserted(harbor, EC, now)).status_code for _turn in range(3)]
    assert answers == [200, 200, 429]


def test_anybody_reads_what_the_server_can_and_where_tokens_are(db):
    smart = json.loads(Client().get("/fhir/r4/.well-known/smart-configuration").content)
    can = json.loads(Client().get("/fhir/r4/metadata").content)
    assert smart["token_endpoint"].endswith("/fhir/token")
    assert smart["token_endpoint_auth_signing_alg_values_supported"] == ["RS384", "ES384"]
    assert [each["type"] for each in can["rest"][0]["resource"]] == list(KINDS)
