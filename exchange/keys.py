"""Public keys of a system: what a JWKS may hold, and what is kept of it. Pure."""

from __future__ import annotations

import json
from typing import Any

import jwt

Jwk = dict[str, Any]
LEAST_BITS = 2048
MOST_KEYS = 5
MOST_CHARACTERS = 20_000
# Of RFC 7518: with one of these a key signs.
PRIVATE = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}
KEPT = ("kty", "kid", "n", "e", "crv", "x", "y")
ALGORITHM = {"RSA": "RS384", "EC": "ES384"}


class BadKeys(Exception):
    """`why` is a word of exchange.forms.KEYS_WRONG."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def read_keys(text: str) -> list[Jwk]:
    """The public keys of a JWKS or of one JWK, with nothing beside them. Raises BadKeys."""
    try:
        said = json.loads(text[:MOST_CHARACTERS])
    except (ValueError, RecursionError) as error:
        raise BadKeys("not_json") from error
    found = said.get("keys", [said]) if isinstance(said, dict) else said
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise BadKeys("not_json")
    if not 1 <= len(found) <= MOST_KEYS:
        raise BadKeys("how_many")
    keys = [_public(each) for each in found]
    if len({key["kid"] for key in keys}) < len(keys):
        raise BadKeys("kid")
    return keys


def _public(key: Jwk) -> Jwk:
    if PRIVATE & set(key):
        raise BadKeys("private")
    wanted = ALGORITHM.get(str(key.get("kty")))
    if wanted is None or key.get("alg", wanted) != wanted or key.get("use", "sig") != "sig":
        raise BadKeys("kind")
    if not isinstance(key.get("kid"), str) or not key["kid"]:
        raise BadKeys("kid")
    kept = {name: key[name] for name in KEPT if name in key}
    if not _is_strong(kept):
        raise BadKeys("weak")
    return kept


def _is_strong(key: Jwk) -> bool:
    """RSA of 2048 bits, or P-384: raises BadKeys for what is no key at all."""
    if key["kty"] == "EC" and key.get("crv") != "P-384":
        return False
    try:
        loaded: Any = jwt.PyJWK(key, algorithm=ALGORITHM[key["kty"]]).key
    except (jwt.PyJWTError, ValueError, TypeError, KeyError) as error:
        raise BadKeys("not_a_key") from error
    return bool(key["kty"] == "EC" or loaded.key_size >= LEAST_BITS)
