from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from accounts.workplace import workplace


def house(request: HttpRequest) -> dict[str, object]:
    """What every page's frame needs: which hat its reader wears, which others there are, and whether
    demo people may be tried on. On a patient's own page nobody is at work."""
    user = getattr(request, "user", None)
    known = user if user is not None and user.is_authenticated else None
    work = workplace(request) if known else None
    is_own_page = hasattr(request, "patient")
    return {
        "membership": None if is_own_page else work,
        "patient_of_user": getattr(known, "patient", None),
        "work": work,
        "works_in_several": known is not None and len(known.working_memberships) > 1,
        "demo": settings.DEMO,
    }
