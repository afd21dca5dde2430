"""Which of a flag's findings leads: the worst, and of these the newest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from patients.models import Finding, Flag, Kind


def in_order(flag: Flag) -> list[Finding]:
    return sorted(flag.findings.all(), key=lambda each: (each.found_at, each.pk))


def leading(flag: Flag) -> Finding:
    """The newest finding of the kind that names the flag. Needs its findings."""
    return next(each for each in reversed(in_order(flag)) if each.kind == flag.kind)


def since_then(flag: Flag) -> Sequence[Finding]:
    """What is news beside it: findings that came after the one that leads."""
    lead = leading(flag)
    return [each for each in in_order(flag) if (each.found_at, each.pk) > (lead.found_at, lead.pk)]


def waits_since(flag: Flag) -> datetime:
    """When the finding that leads came; a safety answer waits from the first of them on."""
    if flag.kind != Kind.SAFETY:
        return leading(flag).found_at
    return next(each.found_at for each in in_order(flag) if each.kind == Kind.SAFETY)
