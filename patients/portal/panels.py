"""What the administrator's page of people, whose app has no patients, says about them."""

from __future__ import annotations

from typing import Any

from accounts.models import Membership
from accounts.panels import fills
from patients.models import ClosureRequest


@fills("closures", "patients/portal/_closures.html")
def closures(membership: Membership) -> dict[str, Any]:
    """The open requests to close an account."""
    waiting = ClosureRequest.objects.visible_to(membership).waiting()
    return {"closures": waiting.select_related("patient").order_by("asked_at", "pk")}
