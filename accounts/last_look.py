"""Just before an e-mail leaves, a higher app may say that it is not wanted any more, or not yet.

The outbox knows nothing of what a message is about; each app registers the kinds that it looks after
when it starts (`apps.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Notice


@dataclass(frozen=True)
class Hold:
    """The message does not leave now: not before `until`, or (None) not at all."""

    until: datetime | None = None


Look = Callable[[Notice, datetime], Hold | None]
looks: dict[str, Look] = {}


def looks_after(kind: Notice.Kind) -> Callable[[Look], Look]:
    """Registers who is asked about messages of this kind. It runs in the sender's transaction: what it
    locks stays as it is until the message has left."""

    def register(look: Look) -> Look:
        if kind in looks:
            raise LookupError(f"Messages of the kind {kind} are looked after already.")
        looks[kind] = look
        return look

    return register


def ask_before(notice: Notice, now: datetime) -> Hold | None:
    """None: it may leave."""
    look = looks.get(notice.kind)
    return look(notice, now) if look else None
