"""What the administrator's page of people, in the house below, says about patients."""

from __future__ import annotations

from typing import Any

from django import template

from accounts.models import User
from patients.models import ClosureRequest

register = template.Library()


@register.inclusion_tag("clinic/_closures.html")
def closures(user: User) -> dict[str, Any]:
    """`{% closures request.user %}`: the requests to close an account that wait."""
    waiting = ClosureRequest.objects.visible_to(user).waiting()
    return {"closures": waiting.select_related("patient").order_by("asked_at", "pk")}
