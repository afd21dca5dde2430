"""An account that opens nothing any more, and sessions that end at once."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from accounts.models import User


def disable(*, user: User, now: datetime) -> None:
    """Its sessions have ended for good: when the account is opened again, one signs in anew."""
    User.objects.filter(pk=user.pk).update(is_active=False, signed_out_at=now)


def end_sessions(*, users: QuerySet[User], now: datetime) -> int:
    """On every device; these people sign in anew. Returns how many people."""
    return users.update(signed_out_at=now)
