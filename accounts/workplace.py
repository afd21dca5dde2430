"""Which clinic somebody works in now. Whoever works in several chooses one and sees only that one."""

from __future__ import annotations

from django.http import HttpRequest
from django.middleware.csrf import rotate_token

from accounts.models import Membership
from accounts.opened_by import opened_at

CHOSEN = "workplace"


def workplace(request: HttpRequest) -> Membership | None:
    """The membership in the clinic that was chosen; the first by name until one was. None for those
    who are signed out, or work nowhere."""
    if not request.user.is_authenticated:
        return None
    members = request.user.working_memberships
    only = opened_at(request)
    if only is not None:
        return next((member for member in members if member.clinic_id == only), None)
    chosen = request.session.get(CHOSEN) if len(members) > 1 else None
    first = members[0] if members else None
    return next((member for member in members if member.clinic_id == chosen), first)


def work_in(request: HttpRequest, membership: Membership) -> None:
    """From now on, in this session. Pages still open from the other clinic can save nothing any
    more: what was meant for one clinic is not done in another."""
    request.session[CHOSEN] = membership.clinic_id
    rotate_token(request)
