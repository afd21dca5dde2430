"""What somebody at work holds, and how it goes to a colleague when they leave.

Each app registers its kinds of work when it starts (`apps.py`); the page and the action of leaving know
no more than this. What is not handed over keeps somebody from leaving, so that nothing is orphaned.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from accounts.models import Membership, User
from accounts.queries import MembershipQuerySet


class CannotTake(Exception):
    """This colleague cannot take it all; `words` say why on the page, `key` of which duty."""

    def __init__(self, words: str, key: str = "") -> None:
        super().__init__(words)
        self.words, self.key = words, key


@dataclass(frozen=True)
class Held:
    """How much there is, said in one line; `pieces` where single ones have to be told apart."""

    count: int
    said: str
    pieces: list[str] = field(default_factory=list)


class HandOver(Protocol):
    """Gives all of it to a colleague, inside the caller's transaction. Raises CannotTake."""

    def __call__(self, *, of: Membership, to: Membership, by: User, now: datetime) -> None: ...


@dataclass(frozen=True)
class Duty:
    key: str
    held: Callable[[Membership, datetime], Held]
    hand_over: HandOver


duties: dict[str, Duty] = {}
farewells: list[Callable[[Membership, datetime], None]] = []


def is_handed_over(
    key: str, held: Callable[[Membership, datetime], Held]
) -> Callable[[HandOver], HandOver]:
    """Registers a kind of work by the function that hands it over, in the order in which it goes."""

    def register(hand_over: HandOver) -> HandOver:
        duties[key] = Duty(key, held, hand_over)
        return hand_over

    return register


def ends_too(end: Callable[[Membership, datetime], None]) -> Callable[[Membership, datetime], None]:
    """Registers what ends with somebody's work and is given to nobody."""
    farewells.append(end)
    return end


def held_by(membership: Membership, now: datetime) -> Iterator[tuple[Duty, Held]]:
    """The kinds of work of which there is some."""
    for duty in duties.values():
        held = duty.held(membership, now)
        if held.count:
            yield duty, held


def may_take_over(membership: Membership) -> MembershipQuerySet:
    """The other clinicians of the clinic, by name: what is handed over is a clinician's work."""
    there = Membership.objects.current().filter(clinic=membership.clinic_id, role="clinician")
    return there.exclude(pk=membership.pk).select_related("user").order_by("user__name", "pk")
