"""Flags: opened or folded. One problem, one open flag, whatever is found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from pathway.models import Protocol
from patients.flags.deadlines import due_by
from patients.models import Episode, Finding, Flag, Kind, Severity, TierTrial

CHANGED_BY_A_FINDING = (
    "due_at", "kind", "severity", "sentence", "holds_rules",
    "snoozed_until", "snooze_reason", "snoozed_by",
)  # fmt: skip


class AlreadyClosed(Exception):
    """Somebody decided in the meantime; `flag.decisions` says who and what."""


@dataclass(frozen=True)
class Found:
    """One reason for a flag, with its evidence. `trial` is None where no trial is running."""

    episode: int
    trial: int | None
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
    inputs: dict[str, Any] = field(default_factory=dict)
    shadow: bool = False

    @property
    def place(self) -> tuple[int, bool]:
        """Where it belongs: the episode's flag, or its flag in shadow."""
        return self.episode, self.shadow

    @property
    def weight(self) -> tuple[int, int]:
        return self.severity, rank(self.kind)


def rank(kind: str) -> int:
    """The order in which kinds outweigh each other; the worst one names the flag."""
    return len(Kind.values) - Kind.values.index(kind)


@transaction.atomic
def open_or_fold(*, findings: Iterable[Found], now: datetime) -> list[Flag]:
    """Open a flag per episode, or fold the findings into the one that is open there.

    Tiers overlap, and one course of pain says the same about each: so a finding about a second
    trial of the episode folds as well. What is in shadow folds into shadow flags only, so that it
    hides nothing and nobody sees it. The episodes' rows are locked, in order.
    """
    worst_first = sorted(findings, key=lambda found: found.weight, reverse=True)
    episodes = _lock({found.episode for found in worst_first})
    open_now = Flag.objects.open().filter(episode__in=episodes).order_by("pk")
    # Locked, so that a clinician who owns or decides meanwhile is not written over.
    held = open_now.select_for_update(of=("self",))
    flags = {(flag.episode_id, flag.shadow): flag for flag in held}
    opened = {
        found.place: _new(found, episodes[found.episode], now)
        for found in reversed(worst_first)
        if found.place not in flags
    }
    Flag.objects.bulk_create(opened.values())
    for found in worst_first:
        _raise_to(flags.get(found.place), found, episodes[found.episode], now)
    flags |= opened
    _add_findings(flags, worst_first, now)
    return [flags[place] for place in {found.place: None for found in worst_first}]


def _lock(episodes: set[int]) -> dict[int, Episode]:
    rows = Episode.objects.select_related("patient__clinic").filter(pk__in=episodes).order_by("pk")
    return {row.pk: row for row in rows.select_for_update(of=("self",), no_key=True)}


def _new(found: Found, episode: Episode, now: datetime) -> Flag:
    return Flag(
        episode_id=found.episode,
        trial_id=found.trial,
        kind=found.kind,
        severity=found.severity,
        sentence=found.sentence,
        holds_rules=found.kind == Kind.SAFETY,
        shadow=found.shadow,
        opened_at=now,
        due_at=due_by(found.kind, found.protocol, episode.patient.clinic, now),
    )


def _raise_to(flag: Flag | None, found: Found, episode: Episode, now: datetime) -> None:
    """The earlier deadline counts, whichever finding it is from; but a first safety answer has its own, for
    a call cannot be due before it was asked for (`lift_hold` brings the others' back). A worse finding
    names and wakes the flag. Of two that say the same of one trial the newer one speaks."""
    if flag is None:
        return
    deadline = due_by(found.kind, found.protocol, episode.patient.clinic, now)
    is_first_yes = found.kind == Kind.SAFETY and not flag.holds_rules
    flag.due_at = deadline if is_first_yes else min(flag.due_at, deadline)
    if found.weight > (flag.severity, rank(flag.kind)):
        flag.kind, flag.severity, flag.sentence = found.kind, found.severity, found.sentence
        flag.holds_rules = flag.holds_rules or found.kind == Kind.SAFETY
        flag.snoozed_until, flag.snooze_reason, flag.snoozed_by = None, "", None
    elif (found.kind, found.trial) == (flag.kind, flag.trial_id):
        flag.sentence = found.sentence
    flag.save(update_fields=CHANGED_BY_A_FINDING)


def _add_findings(
    flags: dict[tuple[int, bool], Flag], findings: list[Found], now: datetime
) -> None:
    """Append the reasons; the same evidence window is written once."""
    Finding.objects.bulk_create(
        (
            Finding(
                flag=flags[found.place],
                trial_id=found.trial,
                kind=found.kind,
                severity=found.severity,
                sentence=found.sentence,
                rule=found.rule,
                rule_version=found.rule_version,
                protocol=found.protocol,
                since=found.since,
                as_of=found.as_of,
                found_at=now,
                numbers=found.numbers,
                inputs_digest=found.inputs_digest,
                inputs=found.inputs,
            )
            for found in findings
        ),
        ignore_conflicts=True,
    )


def current_trial(episode: Episode) -> TierTrial | None:
    """The trial of the highest active tier."""
    return TierTrial.objects.active().filter(episode=episode).current_first().first()


def hold_open(flag: Flag) -> Flag:
    """The flag's row, locked. Raises AlreadyClosed."""
    held = Flag.objects.select_for_update(of=("self",)).get(pk=flag.pk)
    if held.closed_at is not None:
        raise AlreadyClosed
    return held


def request_review(*, episode: Episode, reason: str, protocol: Protocol, now: datetime) -> Flag:
    """The patient asks for a review: a finding of its own kind, folded like every other."""
    today = episode.patient.clinic_date(now)
    trial = current_trial(episode)
    found = Found(
        episode=episode.pk,
        trial=trial.pk if trial else None,
        kind=Kind.REVIEW_REQUESTED,
        severity=Severity.REVIEW,
        sentence=f"Asks for a review: {reason}" if reason else "Asks for a review",
        rule="patient-request",
        protocol=protocol,
        since=today,
        as_of=today,
    )
    return open_or_fold(findings=[found], now=now)[0]


def lift_hold(*, flag: Flag, now: datetime) -> None:
    """A safety outcome was recorded: what else is in the flag names it again and is decided as ever;
    a flag of safety answers alone is closed. The flag's row is locked by the caller."""
    flag.holds_rules = False
    others = list(flag.findings.exclude(kind=Kind.SAFETY).select_related("protocol"))
    if others:
        _name_by(flag, others)
    else:
        flag.closed_at, flag.closing = now, Flag.Closing.SAFETY
    flag.save()


def _name_by(flag: Flag, findings: list[Finding]) -> None:
    """By the worst, the newest of its kind; the shortest deadline of them all counts."""
    clinic = flag.episode.patient.clinic
    worst = max(findings, key=lambda each: (each.severity, rank(each.kind), each.found_at, each.pk))
    flag.kind, flag.severity, flag.sentence = worst.kind, worst.severity, worst.sentence
    flag.due_at = min(due_by(each.kind, each.protocol, clinic, each.found_at) for each in findings)


def hold_again(*, flag: Flag, now: datetime) -> Flag:
    """The outcome was undone: the answer waits again, in its own flag or in the one that is open
    by now. The episode is locked by the caller."""
    said = (
        flag.findings.filter(kind=Kind.SAFETY).select_related("protocol").latest("found_at", "pk")
    )
    held = Flag.objects.select_for_update(of=("self",)).get(pk=flag.pk)
    if held.closed_at is not None and (other := _open_beside(held)):
        [held] = open_or_fold(findings=[_once_more(said, other, now)], now=now)
        return held
    held.closed_at, held.closing = None, ""
    held.kind, held.severity, held.sentence = Kind.SAFETY, said.severity, said.sentence
    held.holds_rules = True
    held.snoozed_until, held.snooze_reason, held.snoozed_by = None, "", None
    held.due_at = due_by(Kind.SAFETY, said.protocol, held.episode.patient.clinic, now)
    held.save()
    return held


def _open_beside(flag: Flag) -> Flag | None:
    return Flag.objects.open().filter(episode=flag.episode_id, shadow=False).first()


def _once_more(said: Finding, flag: Flag, now: datetime) -> Found:
    """The same finding for another flag, found again on the day that its outcome was undone."""
    today = flag.episode.patient.clinic_date(now)
    return Found(
        episode=flag.episode_id,
        trial=flag.trial_id,
        kind=Kind.SAFETY,
        severity=said.severity,
        sentence=said.sentence,
        rule=said.rule,
        protocol=said.protocol,
        since=today,
        as_of=today,
        numbers=said.numbers,
    )
