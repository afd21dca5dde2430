from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from accounts import session_limits
from accounts.home import at_home, scope_of, somebody_at_home
from accounts.models import User
from accounts.workplace import workplace

if TYPE_CHECKING:
    from patients.models import Patient


def house(request: HttpRequest) -> dict[str, object]:
    """What every page's frame needs: which hat its reader wears, which others there are, and whether
    demo people may be tried on. On a patient's own page nobody is at work."""
    user = getattr(request, "user", None)
    known = user if user is not None and user.is_authenticated else None
    work = workplace(request) if known else None
    lock = _lock(request, known) if known and work else None
    match = request.resolver_match
    is_own_page = hasattr(request, "patient")
    home = at_home(request) if known else None
    return {
        "scope": _scope(somebody_at_home(request)) if known else "",
        "membership": None if is_own_page else work,
        "patient_of_user": somebody_at_home(request) if known else None,
        "home": home,
        "speaks_for_several": known is not None and len(known.speaks_for) > 1,
        "work": work,
        "works_in_several": known is not None and len(known.working_memberships) > 1,
        "demo": settings.DEMO,
        # The path of a page about no row in particular; it marks its own place in the navigation.
        "here": request.path if match and not match.kwargs else "",
        "lock": lock,
    }


def _scope(patient: Patient | None) -> str:
    """What the reader may do on the patient's pages, in words that a template looks for: "own see log book"."""
    if patient is None:
        return ""
    words = [each.name.lower() for each in scope_of(patient) if each.name]
    return " ".join(words if patient.carer else ["own", *words])


def _lock(request: HttpRequest, user: User) -> dict[str, object]:
    """When the page of somebody at work covers itself, and for whom it opens again (static/lock.js)."""
    left = session_limits.left(request, user, timezone.now())
    return {"seconds": int(left.total_seconds()), "hat": session_limits.hat_of(request, user)}
