"""What the administrator's page of people, which knows no patients, says about them."""

from __future__ import annotations

from typing import Any

from accounts.models import Membership
from accounts.panels import fills
from patients.models import ClosureRequest


@fills("closures", "patients/portal/_closures.html")
def closures(membership: Membership) -> dict[str, Any]:
    """The requests to close an account that wait."""
    waiting = ClosureRequest.objects.visible_to(membership).waiting()
    return {"closures": waiting.select_related("patient").order_by("asked_at", "pk")}
