"""Two houses that read: Harbor of Northside's records, Summit of Southside's. Each has its own key."""

import json
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.test import Client
from django.utils import timezone
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from exchange.actions import register_system
from exchange.keys import read_keys
from exchange.resources import KINDS
from exchange.tokens import token_for
from exchange.views.discovery import token_url
from pathway.publish_criteria import publish_criteria
from patients.logs.actions.log import withdraw_log
from patients.models import ImagingStudy, VisitRequest
from patients.packets.actions import sign_packet
from patients.questionnaires.actions.scores import (
    FilledForm,
    choose_activities,
    record_peg,
    record_roland_morris,
    record_total,
)
from patients.record.actions.records import keep_record
from scheduling import slots
from scheduling.hours.actions import add_hours
from scheduling.referrals.actions import request_referral
from scheduling.visits.actions.book import book, hold
from tests.conftest import HANDLER
from tests.factories import LogFactory
from tests.patients.record_data import a_block, a_medicine, an_image, an_injection, relief
from tests.stage import staged

CRITERIA = Path("pathway/criteria/medicare-esi-first.toml")
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC = ec.generate_private_key(ec.SECP384R1())


def public(key, kid):
    algorithm = RSAAlgorithm if isinstance(key, rsa.RSAPrivateKey) else ECAlgorithm
    return algorithm.to_jwk(key.public_key(), as_dict=True) | {"kid": kid}


def jwks(*keys):
    return json.dumps({"keys": list(keys)})


def a_system(ada, name, *keys, scopes=tuple(KINDS), ends_on=date(2026, 12, 31)):
    return register_system(
        at=ada.membership_as("administrator"),
        name=name,
        keys=read_keys(jwks(*keys)),
        scopes=scopes,
        ends_on=ends_on,
        now=timezone.now(),
    )


@pytest.fixture(autouse=True)
def no_limits(settings):
    """The clock stands still, so all tests are in the same minute."""
    settings.ACCOUNT_RATE_LIMITS, settings.FHIR_READS_A_MINUTE = False, 100_000


@staged
def harbor(ada):
    """A hospital that Ada has let in."""
    return a_system(ada, "Harbor Hospital", public(RSA, "r"), public(EC, "e"))


@staged
def summit(ann):
    """A hospital that Southside has let in."""
    return a_system(ann, "Summit Hospital", public(EC, "e"))


@staged
def whole_record(maria, episode, trial, dr_kim, sam, protocol, now):
    """Maria with a row of each kind that is given out."""
    by, today = dr_kim, now.date()
    LogFactory(episode=episode, local_date=today, average_pain=0, worst_pain=8, leg_pain=3)
    taken_back = LogFactory(episode=episode, local_date=today, average_pain=9)
    withdraw_log(log=taken_back, now=now)
    choose_activities(episode=episode, wordings=["Lift my son"], now=now)
    _questionnaires(episode, by, protocol, now)
    relief(an_injection(episode, by, now, days_ago=14), by, now)
    relief(a_block(episode, by, now), by, now, after=1, pain=(0, 0))
    a_medicine(episode, by, now)
    an_image(episode, by, now)
    told = ImagingStudy(
        episode=episode, method="xray", done_on=date(2026, 1, 1), day_known=False, reported_on=today
    )
    keep_record(record=told, by=by, now=now)
    request_referral(patient=maria, number="VA-77", by=sam, now=now)
    asked, _new = publish_criteria(source=CRITERIA.read_text(), now=now)
    sign_packet(episode=episode, asked=asked, by=by, now=now)
    _visit(episode, by, sam, now)
    return maria


def _questionnaires(episode, by, protocol, now):
    peg = {"peg-pain": 0, "peg-enjoyment": 5, "peg-activity": 7}
    ticks = {item.key: True for item in protocol.instruments.get(key="rmdq").items_to_show()}
    for key, record, answers in (("peg", record_peg, peg), ("rmdq", record_roland_morris, ticks)):
        form = FilledForm(protocol.instruments.get(key=key), uuid4(), answers)
        record(episode=episode, form=form, by=episode.patient.user, now=now)
    licensed = FilledForm(protocol.instruments.get(key="odi"), uuid4(), {})
    record_total(episode=episode, form=licensed, total=Decimal(42), by=by, now=now)


def _visit(episode, by, sam, now):
    at = {"membership": by.membership_as("clinician"), "room": "Room 4", "slot_minutes": 30}
    add_hours(**at, weekdays=[now.weekday()], starts=time(9), ends=time(12), from_on=now.date())
    wanted = {"episode": episode, "requested_by": by, "purpose": "review", "requested_at": now}
    requests = [
        VisitRequest.objects.create(due_on=now.date() + timedelta(days=7), **wanted)
        for _request in range(2)
    ]
    first, second = slots.best_for(requests[0], now=now)[:2]
    book(request=requests[0], slot=first, by=sam, now=now)
    hold(request=requests[1], slot=second, by=sam, now=now)


def asserted(system, key, now, kid="e", alg="ES384", **claims):
    said = {
        "iss": str(system.client_id),
        "sub": str(system.client_id),
        "aud": token_url(),
        "exp": now + timedelta(minutes=4),
        "jti": str(uuid4()),
    } | claims
    kept = {name: value for name, value in said.items() if value is not None}
    return jwt.encode(kept, key, algorithm=alg, headers={"kid": kid})


def ask_for_token(assertion, scope="system/*.rs", **more):
    client = Client()
    client.handler = HANDLER
    sent = {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION,
        "client_assertion": assertion,
        "scope": scope,
    }
    return client.post("/fhir/token", sent | more)


class Reader:
    """A program with a token."""

    def __init__(self, system, names=tuple(KINDS)):
        self.client = Client()
        self.client.handler = HANDLER
        self.header = {"HTTP_AUTHORIZATION": f"Bearer {token_for(system.pk, names)}"}

    def get(self, path, **asked):
        answer = self.client.get(f"/fhir/r4/{path}", asked, **self.header)
        return SimpleNamespace(
            status=answer.status_code, said=json.loads(answer.content), headers=answer.headers
        )

    def resources(self, path, **asked):
        return [entry["resource"] for entry in self.get(path, **asked).said.get("entry", [])]


@pytest.fixture
def reader():
    return Reader
