"""A passkey is offered once, and no sooner asked for again than somebody looks for it."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User


def answer_passkey_offer(*, user: User, now: datetime) -> None:
    """Yes or no: it is not asked again. Idempotent."""
    User.objects.filter(pk=user.pk, passkey_answered_at=None).update(passkey_answered_at=now)
