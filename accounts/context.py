from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def house(request: HttpRequest) -> dict[str, object]:
    """What every page's frame needs: who works where, and whether demo people may be tried on."""
    user = getattr(request, "user", None)
    known = user if user is not None and user.is_authenticated else None
    return {
        "membership": known.membership_as() if known else None,
        "patient_of_user": getattr(known, "patient", None),
        "demo": settings.DEMO,
    }
