"""What a token holds: which system, and which of its scopes. Signed, for five minutes, kept nowhere: whether the
system may still read is asked of its row each time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.core import signing

SALT = "exchange.token"
LASTS = 300  # seconds
EVERY = "*"


def scope(name: str) -> str:
    return f"system/{name}.rs"


def granted(wanted: str, known: Iterable[str], allowed: Sequence[str]) -> list[str]:
    """Resources of `allowed` that the scopes name: `system/Observation.rs`, in the words of SMART 1 `.read`,
    `system/*.rs`. What may not be read is left out, and so is all that would write."""
    names: set[str] = set()
    for each in wanted.split():
        whose, _, rest = each.partition("/")
        name, _, rights = rest.partition(".")
        if whose == "system" and rights in ("read", "r", "s", "rs"):
            names |= set(known) if name == EVERY else {name}
    return [name for name in allowed if name in names]


def token_for(system: int, names: Sequence[str]) -> str:
    return signing.dumps({"system": system, "reads": list(names)}, salt=SALT)


def said_by(token: str) -> dict[str, Any] | None:
    """None for one that is not ours, or older than five minutes."""
    try:
        said: dict[str, Any] = signing.loads(token, salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        return None
    return said
