"""Systems are let in and sent away by an administrator; one proves itself and is given a token."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import jwt
from django.db import transaction

from accounts.constraints import refused_as
from accounts.models import Membership, SpentAssertion, System
from exchange.keys import ALGORITHM, Jwk
from exchange.resources import KINDS
from exchange.tokens import granted, token_for
from patients.models import AccessLog

LONGEST = timedelta(minutes=5)
LEEWAY = timedelta(seconds=10)  # clocks differ
MOST_JTI = 128


class NotProved(Exception):
    """No assertion of a system that may read now: which of the reasons it was is told to nobody."""


class NothingGranted(Exception):
    """None of the scopes that were asked for is one that this system has."""


@transaction.atomic
def register_system(
    *,
    at: Membership,
    name: str,
    keys: Sequence[Jwk],
    scopes: Sequence[str],
    ends_on: date,
    now: datetime,
) -> System:
    """Let a program of another house read these resources of the clinic until that day."""
    return System.objects.create(
        clinic=at.clinic,
        name=name,
        keys=list(keys),
        scopes=[each for each in KINDS if each in scopes],
        ends_on=ends_on,
        registered_at=now,
        registered_by=at.user,
    )


@transaction.atomic
def end_system(*, system: System, at: Membership, now: datetime) -> None:
    """From now on it reads nothing; the tokens that it holds open nothing either. Idempotent."""
    running = System.objects.filter(pk=system.pk, ended_at=None)
    running.update(ended_at=now, ended_by=at.user)


def grant_token(
    *, assertion: str, wanted: str, audience: str, now: datetime
) -> tuple[str, list[str]]:
    """A token and the resources that it opens, for an assertion that was never used before (RFC 7523).
    Raises NotProved, NothingGranted."""
    system, claims = _proved(assertion, audience, now)
    names = granted(wanted, KINDS, system.scopes)
    if not names:
        raise NothingGranted
    _spend(system, claims, now)
    return token_for(system.pk, names), names


def _proved(assertion: str, audience: str, now: datetime) -> tuple[System, dict[str, Any]]:
    try:
        head = jwt.get_unverified_header(assertion)
        system = _named(jwt.decode(assertion, options={"verify_signature": False}).get("iss"))
        if not system.may_read(now):
            raise NotProved
        key = _key(system, head)
        claims: dict[str, Any] = jwt.decode(
            assertion,
            jwt.PyJWK(key, algorithm=ALGORITHM[key["kty"]]),
            algorithms=[ALGORITHM[key["kty"]]],
            audience=audience,
            issuer=str(system.client_id),
            leeway=LEEWAY,
            options={"require": ["iss", "sub", "aud", "exp", "jti"]},
        )
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as error:
        raise NotProved from error
    _must_be_short(system, claims, now)
    return system, claims


def _named(issuer: Any) -> System:
    """Raises NotProved, ValueError."""
    found = System.objects.select_related("clinic").filter(client_id=UUID(str(issuer))).first()
    if found is None:
        raise NotProved
    return found


def _key(system: System, head: dict[str, Any]) -> Jwk:
    """The one that the assertion names, for the algorithm that goes with it."""
    for key in system.keys:
        if key["kid"] == head.get("kid") and ALGORITHM[key["kty"]] == head.get("alg"):
            return dict(key)
    raise NotProved


def _must_be_short(system: System, claims: dict[str, Any], now: datetime) -> None:
    """Of five minutes at most, about itself, and with a name."""
    is_short = claims["exp"] <= (now + LONGEST + LEEWAY).timestamp()
    jti = claims["jti"]
    named = isinstance(jti, str) and 0 < len(jti) <= MOST_JTI and "\0" not in jti
    if not (is_short and named and claims["sub"] == str(system.client_id)):
        raise NotProved


@transaction.atomic
def _spend(system: System, claims: dict[str, Any], now: datetime) -> None:
    """Raises NotProved for an assertion that was used before."""
    last = datetime.fromtimestamp(claims["exp"], now.tzinfo) + LEEWAY
    with refused_as(NotProved, "one_use_per_assertion"):
        SpentAssertion.objects.create(system=system, jti=claims["jti"], expires_at=last)
    System.objects.filter(pk=system.pk).update(last_used_at=now)


def note_read(*, system: System, patients: Sequence[int], now: datetime) -> None:
    """A line for each patient of whom something was given out."""
    lines = [AccessLog(patient_id=pk, system=system, page="fhir", at=now) for pk in patients]
    AccessLog.objects.bulk_create(lines)
