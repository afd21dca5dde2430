"""A flag that can wait: snoozed until a day, or kept for the weekly meeting."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from patients.flags.actions import hold_open
from patients.models import Flag, Severity

AWAKE: dict[str, Any] = {"snoozed_until": None, "snooze_reason": "", "snoozed_by": None}


class CannotSnooze(Exception):
    """An urgent flag cannot be snoozed."""


@transaction.atomic
def snooze(*, flag: Flag, until: datetime, reason: str, by: User, now: datetime) -> Flag:
    """Snooze a flag with an end and a reason; something worse wakes it.

    Raises CannotSnooze, AlreadyClosed.
    """
    held = hold_open(flag)
    if held.severity == Severity.URGENT or held.holds_rules:
        raise CannotSnooze
    held.snoozed_until, held.snooze_reason, held.snoozed_by = until, reason, by
    held.last_snoozed_at, held.last_snoozed_by = now, by
    held.save(update_fields=[*AWAKE, "last_snoozed_at", "last_snoozed_by"])
    return held


@transaction.atomic
def wake(*, flag: Flag) -> Flag:
    """Undo the snooze, as if it had not been. Raises AlreadyClosed."""
    held = hold_open(flag)
    Flag.objects.filter(pk=held.pk).update(**AWAKE, last_snoozed_at=None, last_snoozed_by=None)
    held.refresh_from_db()
    return held


@transaction.atomic
def discuss(*, flag: Flag, note: str, by: User, now: datetime) -> Flag:
    """Put on the weekly meeting's list, with a note. Raises AlreadyClosed."""
    held = hold_open(flag)
    held.discuss_at, held.discuss_by, held.discuss_note = now, by, note
    held.save(update_fields=["discuss_at", "discuss_by", "discuss_note"])
    return held


@transaction.atomic
def stop_discussing(*, flag: Flag) -> Flag:
    """Take off the list: talked about, or no longer needed. Raises AlreadyClosed."""
    held = hold_open(flag)
    held.discuss_at, held.discuss_by, held.discuss_note = None, None, ""
    held.save(update_fields=["discuss_at", "discuss_by", "discuss_note"])
    return held
