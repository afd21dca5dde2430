from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def house(request: HttpRequest) -> dict[str, object]:
    """What every page's frame needs: who works where, and whether demo people may be tried on."""
    user = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    return {
        "membership": user.membership_as() if signed_in else None,
        "patient_of_user": getattr(user, "patient", None) if signed_in else None,
        "demo": settings.DEMO,
    }
