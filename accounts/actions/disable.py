"""An account that opens nothing any more."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User


def disable(*, user: User, now: datetime) -> None:
    """Its sessions have ended for good: when the account is opened again, one signs in anew."""
    User.objects.filter(pk=user.pk).update(is_active=False, signed_out_at=now)
