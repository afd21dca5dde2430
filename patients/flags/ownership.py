"""Whose a flag is, and until when: the protocol's clock gives it back to the team."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from patients.flags.actions import hold_open
from patients.flags.deadlines import due_by
from patients.models import Flag


@transaction.atomic
def acknowledge(*, flag: Flag, by: User, now: datetime) -> Flag:
    """Own it, until the protocol's time is up and the team owns it again. Raises AlreadyClosed."""
    return give(hold_open(flag), to=by, by=None, now=now)


def give(flag: Flag, *, to: User, by: User | None, now: datetime) -> Flag:
    """`by` is the colleague who gave it away; none: who owns it took it on."""
    flag.owner, flag.owned_at, flag.assigned_by = to, now, by
    flag.owned_until = _until(flag, now)
    flag.save(update_fields=["owner", "owned_at", "owned_until", "assigned_by"])
    return flag


def _until(flag: Flag, now: datetime) -> datetime:
    newest = flag.findings.select_related("protocol").latest("found_at", "pk")
    return due_by("acknowledged", newest.protocol, flag.episode.patient.clinic, now)
