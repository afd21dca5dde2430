"""The board's list of people who have gone quiet, with a query of its own."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import template
from django.utils import timezone

from accounts.models import Clinic, User
from scheduling.models import Call
from scheduling.quiet import gone_quiet

register = template.Library()
TAKEN_BACK_WITHIN = timedelta(hours=1)


@register.inclusion_tag("scheduling/_quiet.html")
def quiet_people(clinic: Clinic, user: User) -> dict[str, Any]:
    """`{% quiet_people clinic request.user %}`: whom to call, and one's own last calls."""
    now = timezone.now()
    lately = Call.objects.standing().filter(called_by=user, patient__clinic=clinic)
    return {
        "rows": gone_quiet(clinic, now),
        "outcomes": Call.Outcome.choices,
        "lately": lately.filter(called_at__gt=now - TAKEN_BACK_WITHIN)
        .select_related("patient")
        .order_by("-called_at"),
    }
