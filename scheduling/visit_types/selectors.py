"""The clinic's visit types with the names of who holds them and where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import Clinic, Membership
from patients.models import VisitRequest
from scheduling.models import Room, VisitType
from scheduling.models.visit_type import letters


@dataclass(frozen=True)
class TypeRow:
    """One type; `holders` are the clinicians who may hold it today, `rooms` the rooms it names."""

    visit_type: VisitType
    holders: list[Membership]
    rooms: list[Room]


def clinicians(clinic: Clinic) -> list[Membership]:
    """Who can hold visits, by name."""
    staff = clinic.memberships.current().filter(role=Membership.Role.CLINICIAN)
    return list(staff.select_related("user").order_by("user__name", "pk"))


def letters_of(people: Iterable[Membership]) -> list[str]:
    """The credentials that occur among them, each once."""
    return sorted(set().union(*(letters(member.credentials) for member in people)))


def kind_for(request: VisitRequest, kinds: Iterable[VisitType]) -> VisitType | None:
    """What the clinician's decision asks for: a step up to a tier, the type that serves this tier; None
    where the clinic has no such type."""
    fitting = (kind for kind in kinds if _serves(kind, request))
    return min(fitting, key=lambda kind: (not kind.needs_room, kind.pk), default=None)


def _serves(kind: VisitType, request: VisitRequest) -> bool:
    if request.purpose == request.Purpose.REASSESSMENT:
        return kind.purpose == kind.Purpose.REASSESSMENT
    if request.purpose == request.Purpose.REVIEW:
        return kind.purpose == kind.Purpose.FOLLOW_UP
    decision = request.decision
    return decision is not None and kind.level is not None and kind.level == decision.to_level


def rows(clinic: Clinic, types: Iterable[VisitType]) -> list[TypeRow]:
    people = clinicians(clinic)
    rooms = Room.objects.of(clinic).in_bulk()
    return [
        TypeRow(
            one,
            [member for member in people if one.may_be_held_by(member)],
            [rooms[pk] for pk in one.rooms],
        )
        for one in types
    ]
