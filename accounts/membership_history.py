"""Somebody's time in a clinic, from the history of their memberships: who did what, when, the newest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Membership, User


@dataclass(frozen=True)
class Step:
    """`who` is empty where it was done by a command of the operator."""

    at: datetime
    who: str
    what: str


def membership_steps(membership: Membership) -> list[Step]:
    """All times of this person in this clinic. Three queries."""
    times = Membership.objects.filter(clinic=membership.clinic_id, user=membership.user_id)
    events: Any = Membership.pgh_event_model.objects  # type: ignore[attr-defined]
    states = events.filter(pgh_obj__in=times).select_related("pgh_context").order_by("pgh_id")
    found = list(_steps(list(states)))
    names = dict(
        User.objects.filter(pk__in={who for who, _step in found}).values_list("pk", "name")
    )
    return [Step(at, names.get(who, ""), what) for who, (at, what) in reversed(found)]


def _steps(states: list[Any]) -> Iterator[tuple[int, tuple[datetime, str]]]:
    before: dict[int, Any] = {}
    for state in states:
        was = before.get(state.pgh_obj_id)
        what = _change(was, state) if was else _beginning(state, is_first=not before)
        before[state.pgh_obj_id] = state
        if what:
            yield _author(state), (state.pgh_created_at, what)


def _author(state: Any) -> int:
    return (state.pgh_context.metadata.get("user") if state.pgh_context else None) or 0


def _beginning(state: Any, *, is_first: bool) -> str:
    words = _("Began as %(role)s") if is_first else _("Came back as %(role)s")
    return words % {"role": _role(state)}


def _change(was: Any, state: Any) -> str:
    said = []
    if was.role != state.role:
        said.append(f"{_role(was)} → {_role(state)}")
    if was.credentials != state.credentials:
        said.append(f"{_('Letters after the name')}: {state.credentials or _('none')}")
    if was.ended_at is None and state.ended_at is not None:
        said.append(_("Ended"))
    return ", ".join(said)


def _role(state: Any) -> str:
    return str(Membership.Role(state.role).label)
