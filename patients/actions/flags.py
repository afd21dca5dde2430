"""Flags: opened or folded, owned, snoozed. One open flag per trial, whatever is found."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from pathway.models import Protocol
from patients.clocks import due_by
from patients.models import Episode, Finding, Flag, Kind, Severity, TierTrial


class AlreadyClosed(Exception):
    """Somebody decided in the meantime; `flag.decisions` says who and what."""


class CannotSnooze(Exception):
    """A safety flag stays awake."""


@dataclass(frozen=True)
class Found:
    """One reason for a flag, with its evidence; `trial` is left out when no trial is running."""

    kind: str
    severity: int
    sentence: str
    rule: str
    protocol: Protocol
    since: date
    as_of: date
    rule_version: str = "1"
    numbers: dict[str, Any] = field(default_factory=dict)
    inputs_digest: str = ""


@transaction.atomic
def open_or_fold(*, episode: Episode, found: Found, now: datetime) -> Flag:
    """Open a flag on the current tier's trial, or add the finding to the one that is open."""
    Episode.objects.select_for_update().get(pk=episode.pk)
    trial = TierTrial.objects.active().filter(episode=episode).current_first().first()
    flag = Flag.objects.open().filter(episode=episode, trial=trial).first()
    if flag is None:
        flag = _open(episode, trial, found, now)
    elif (found.severity, rank(found.kind)) > (flag.severity, rank(flag.kind)):
        _raise_to(flag, found, now)
    add_finding(flag=flag, found=found, now=now)
    return flag


def rank(kind: str) -> int:
    """The order in which kinds outweigh each other; the worst one names the flag."""
    return len(Kind.values) - Kind.values.index(kind)


def _open(episode: Episode, trial: TierTrial | None, found: Found, now: datetime) -> Flag:
    return Flag.objects.create(
        episode=episode,
        trial=trial,
        kind=found.kind,
        severity=found.severity,
        sentence=found.sentence,
        holds_rules=found.kind == Kind.SAFETY,
        opened_at=now,
        due_at=due_by(found.kind, found.protocol, episode.patient.clinic, now),
    )


def _raise_to(flag: Flag, found: Found, now: datetime) -> None:
    """A worse finding names the flag, shortens its clock and wakes it."""
    clock = due_by(found.kind, found.protocol, flag.episode.patient.clinic, now)
    flag.kind, flag.severity, flag.sentence = found.kind, found.severity, found.sentence
    flag.holds_rules = flag.holds_rules or found.kind == Kind.SAFETY
    flag.due_at = min(flag.due_at, clock)
    flag.snoozed_until, flag.snooze_reason, flag.snoozed_by = None, "", None
    flag.save()


def add_finding(*, flag: Flag, found: Found, now: datetime) -> None:
    """Append the reason; the same evidence window is written once."""
    Finding.objects.bulk_create(
        [
            Finding(
                flag=flag,
                trial_id=flag.trial_id,
                found_at=now,
                **{name: getattr(found, name) for name in found.__dataclass_fields__},
            )
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def acknowledge(*, flag: Flag, by: User, now: datetime) -> Flag:
    """I own it. Raises AlreadyClosed."""
    held = hold_open(flag)
    held.owner, held.owned_at = by, now
    held.save(update_fields=["owner", "owned_at"])
    return held


@transaction.atomic
def snooze(*, flag: Flag, until: datetime, reason: str, by: User) -> Flag:
    """Put to sleep with an end and a reason; something worse wakes it. Raises CannotSnooze."""
    held = hold_open(flag)
    if held.severity == Severity.URGENT:
        raise CannotSnooze
    held.snoozed_until, held.snooze_reason, held.snoozed_by = until, reason, by
    held.save(update_fields=["snoozed_until", "snooze_reason", "snoozed_by"])
    return held


def hold_open(flag: Flag) -> Flag:
    """The flag's row, locked. Raises AlreadyClosed."""
    held = Flag.objects.select_for_update(of=("self",)).get(pk=flag.pk)
    if held.closed_at is not None:
        raise AlreadyClosed
    return held


def request_review(*, episode: Episode, reason: str, protocol: Protocol, now: datetime) -> Flag:
    """The patient asks for a look: a flag of its own kind, folded like every other."""
    today = episode.patient.clinic_date(now)
    found = Found(
        kind=Kind.REVIEW_REQUESTED,
        severity=Severity.REVIEW,
        sentence=f"Asks for a review: {reason}" if reason else "Asks for a review",
        rule="patient-request",
        protocol=protocol,
        since=today,
        as_of=today,
    )
    return open_or_fold(episode=episode, found=found, now=now)
