"""What a sign-on says about somebody, once it is certain that it says so: to us, now, and for this request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import jwt
from django.utils.crypto import constant_time_compare

# Signed with a key that only the sign-on has; never "none", never with the secret that both know.
SIGNED_WITH = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]
CLOCKS_DIFFER = 60  # seconds
NEEDED = ["iss", "aud", "sub", "exp", "iat", "nonce"]
LONGEST_SUBJECT = 255
# RFC 8176: something that one has, and something that one knows or is.
HAS = {"otp", "hwk", "swk", "pop", "sc", "sms", "tel"}
KNOWS_OR_IS = {"pwd", "pin", "kba", "fpt", "face", "iris", "retina", "vbm"}


class NotBelieved(Exception):
    """The answer is not what this sign-on may say to us; `args` says which check failed, for the log."""


@dataclass(frozen=True)
class Claims:
    subject: str
    email: str
    email_is_verified: bool
    ways: frozenset[str]
    level: str

    def shows_two_steps(self, levels: Iterable[str]) -> bool:
        """By `amr`, or by an `acr` that the clinic counts as two steps."""
        has_both = bool(self.ways & HAS) and bool(self.ways & KNOWS_OR_IS)
        return "mfa" in self.ways or has_both or (bool(self.level) and self.level in set(levels))


def read_token(
    token: str, *, keys: Mapping[str, Any], issuer: str, client_id: str, nonce: str
) -> Claims:
    """The claims of an ID token (OpenID Connect Core 3.1.3.7). `keys` is the JWK Set. Raises NotBelieved."""
    try:
        key, algorithm = _key_of(token, keys)
        said = jwt.decode(
            token,
            key=key,
            algorithms=[algorithm],
            issuer=issuer,
            audience=client_id,
            leeway=CLOCKS_DIFFER,
            options={"require": NEEDED, "verify_signature": True},
        )
    except jwt.PyJWTError as error:
        raise NotBelieved(type(error).__name__) from error
    _check(said, client_id, nonce)
    return claims_of(said)


def _key_of(token: str, keys: Mapping[str, Any]) -> tuple[Any, str]:
    header = jwt.get_unverified_header(token)
    algorithm, name = str(header.get("alg")), header.get("kid")
    if algorithm not in SIGNED_WITH:
        raise jwt.InvalidAlgorithmError
    known = [key for key in jwt.PyJWKSet.from_dict(dict(keys)).keys if key.public_key_use != "enc"]
    fitting = [key for key in known if name is None or key.key_id == name]
    if len(fitting) != 1:
        raise jwt.InvalidKeyError
    return fitting[0].key, algorithm


def _check(said: Mapping[str, Any], client_id: str, nonce: str) -> None:
    if not constant_time_compare(str(said["nonce"]), nonce):
        raise NotBelieved("nonce")
    audience = said["aud"]
    several = isinstance(audience, list) and len(audience) > 1
    if (several or "azp" in said) and said.get("azp") != client_id:
        raise NotBelieved("azp")
    if not isinstance(said["sub"], str) or not 0 < len(said["sub"]) <= LONGEST_SUBJECT:
        raise NotBelieved("sub")


def claims_of(said: Mapping[str, Any]) -> Claims:
    """Verified is what the sign-on says is: `true`, not a word."""
    ways = said.get("amr")
    return Claims(
        subject=said["sub"],
        email=str(said.get("email") or ""),
        email_is_verified=said.get("email_verified") is True,
        ways=frozenset(map(str, ways)) if isinstance(ways, list) else frozenset(),
        level=str(said.get("acr") or ""),
    )
