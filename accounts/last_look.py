"""Just before an e-mail leaves, a higher app may say that it is not wanted any more, or not yet, and add
what goes with it.

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


@dataclass(frozen=True)
class Enclosure:
    """A file that goes with a message; where `beside` is set, as another form of its text as well, which
    mail programs act on."""

    name: str
    content: bytes
    mimetype: str
    beside: bool = False


Look = Callable[[Notice, datetime], Hold | None]
Enclose = Callable[[Notice, datetime], list[Enclosure]]
looks: dict[str, Look] = {}
encloses: dict[str, Enclose] = {}


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


def goes_with(kind: Notice.Kind) -> Callable[[Enclose], Enclose]:
    """Registers who says what goes with messages of this kind, in the language that is switched on."""

    def register(enclose: Enclose) -> Enclose:
        if kind in encloses:
            raise LookupError(f"Something goes with messages of the kind {kind} already.")
        encloses[kind] = enclose
        return enclose

    return register


def enclosures(notice: Notice, now: datetime) -> list[Enclosure]:
    enclose = encloses.get(notice.kind)
    return enclose(notice, now) if enclose else []
