"""Visit types that name somebody who leaves: a colleague is named instead, or the others who are named go on."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import ngettext

from accounts.duties import Held, ends_too, is_handed_over
from accounts.models import Membership, User
from scheduling.models import VisitType
from scheduling.queries import VisitTypeQuerySet


def _naming(membership: Membership) -> VisitTypeQuerySet:
    """Retired ones too: one that is brought back must name nobody who is not here."""
    return VisitType.objects.filter(people__contains=[membership.pk]).order_by("pk")


def _alone(membership: Membership) -> list[VisitType]:
    """Those that nobody could hold any more."""
    own = _naming(membership).filter(anyone=False, credentials=[])
    return [each for each in own if each.people == [membership.pk]]


def _held(membership: Membership, now: datetime) -> Held:
    rows = _alone(membership)
    words = ngettext(
        "Is the only one for %(n)s visit type", "Is the only one for %(n)s visit types", len(rows)
    )
    return Held(len(rows), words % {"n": len(rows)}, [str(each) for each in rows])


@is_handed_over("visit_types", _held)
def _name_instead(*, of: Membership, to: Membership, by: User, now: datetime) -> None:
    for kind in _alone(of):
        _rename(kind, [to.pk])


@ends_too
def _name_no_more(membership: Membership, now: datetime) -> None:
    for kind in _naming(membership):
        _rename(kind, [each for each in kind.people if each != membership.pk])


def _rename(kind: VisitType, people: list[int]) -> None:
    kind.people, kind.version = people, kind.version + 1
    kind.save(update_fields=["people", "version"])
