"""The sweep: claim due trials, assess them as arrays, write what was found. Safe to do twice."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import structlog
from django.db import connection, transaction
from django.db.models import Q

from accounts.models import Clinic
from pathway.models import Protocol
from pathway.rules import Numbers, Status, TrialSeries, assess, numbers_of, sentence
from patients.actions.flags import Found, open_or_fold, rank
from patients.inputs import inputs_of
from patients.models import Flag, Kind, ReviewDue, Severity, ShadowMode, TierTrial, TrialReview
from patients.series import Batch, Run, batches, running

logger = structlog.get_logger(__name__)

CHUNK = 2_000
LOOKS_FROM_HOUR = 5

FLAGGED = {
    Status.WORSENING: (Kind.WORSENING, Severity.REVIEW),
    Status.RELAPSE: (Kind.RELAPSE, Severity.REVIEW),
    Status.PLATEAU: (Kind.PLATEAU, Severity.REVIEW),
    Status.WINDOW_COMPLETE: (Kind.WINDOW_COMPLETE, Severity.REVIEW),
    Status.INSUFFICIENT_DATA: (Kind.SILENT, Severity.CHECK_IN),
}

WRITE = """
UPDATE patients_trialreview AS review
   SET status = new.status, status_since = new.since, assessed_on = new.day, assessed_at = %s,
       rule_version = new.version, inputs_digest = new.digest, numbers = new.numbers
  FROM unnest(%s::bigint[], %s::smallint[], %s::date[], %s::date[], %s::text[], %s::text[],
              %s::jsonb[])
    AS new(trial, status, since, day, version, digest, numbers)
 WHERE review.trial_id = new.trial
"""


@dataclass(frozen=True, slots=True)
class Look:
    """One trial as the rules see it today, beside what they said before."""

    run: Run
    protocol: Protocol
    numbers: Numbers
    digest: str
    before: TrialReview
    series: TrialSeries
    row: int

    @property
    def kind(self) -> str:
        return FLAGGED[self.numbers.status][0]

    @property
    def since(self) -> date:
        """A status began on the first day on which a review saw it."""
        same = self.before.status == self.numbers.status
        return self.before.status_since if same and self.before.status_since else self.run.today

    @property
    def is_quiet(self) -> bool:
        """A decision has set a check date, and this is nothing that outweighs what it was about."""
        until = self.before.quiet_until
        return (
            until is not None
            and self.run.today < until
            and rank(self.kind) <= rank(self.before.quiet_kind)
        )


def review_due_trials(*, now: datetime, chunk: int = CHUNK) -> int:
    """Review chunk after chunk until nothing is due; returns the number of trials.

    Each chunk is one transaction: a worker killed in the middle leaves its rows due.
    """
    total = 0
    while trials := _review_chunk(now, chunk):
        total += len(trials)
        logger.info("trials reviewed", trials=len(trials))
    return total


@transaction.atomic
def _review_chunk(now: datetime, most: int) -> set[int]:
    trials = ReviewDue.objects.claim(now, most)
    looks = _look_at(trials, now)
    open_or_fold(findings=_worth_a_flag(looks, ShadowMode.objects.clinics(now)), now=now)
    _withdraw_silence(looks, now)
    _write(looks, now)
    return trials


def _look_at(trials: set[int], now: datetime) -> list[Look]:
    before = TrialReview.objects.in_bulk(trials)
    looks = []
    for batch in batches(running(trials, now)):
        protocol = Protocol.objects.get(pk=batch.runs[0].protocol)
        looks += _assessed(batch, protocol, before)
    return looks


def _assessed(batch: Batch, protocol: Protocol, before: dict[int, TrialReview]) -> list[Look]:
    assessment = assess(batch.series, protocol.thresholds)
    return [
        Look(
            run=run,
            protocol=protocol,
            numbers=numbers_of(assessment, row),
            digest=batch.digests[row],
            before=before[run.trial],
            series=batch.series,
            row=row,
        )
        for row, run in enumerate(batch.runs)
    ]


def _worth_a_flag(looks: list[Look], in_shadow: set[int]) -> list[Found]:
    """What is new and may speak: a safety answer holds the rules, a check date keeps them quiet."""
    noteworthy = [look for look in looks if look.numbers.status in FLAGGED]
    episodes = {look.run.episode for look in noteworthy}
    held = set(
        Flag.objects.holding().filter(episode__in=episodes).values_list("episode", flat=True)
    )
    known = _known(episodes)
    return [
        _found(look, is_shadow)
        for look in noteworthy
        for is_shadow in (look.run.clinic in in_shadow,)
        if look.run.episode not in held
        and not look.is_quiet
        and (look.run.trial, look.kind, False) not in known
        and (look.run.trial, look.kind, is_shadow) not in known
    ]


def _known(episodes: set[int]) -> set[tuple[int, str, bool]]:
    """Trial, kind and whether in shadow, of what stands open. What only the shadow knows is new to
    the people who are to see it."""
    flags = Flag.objects.open().filter(episode__in=episodes)
    return set(flags.values_list("findings__trial", "findings__kind", "shadow"))


def _found(look: Look, is_shadow: bool) -> Found:
    kind, severity = FLAGGED[look.numbers.status]
    return Found(
        episode=look.run.episode,
        trial=look.run.trial,
        kind=kind,
        severity=severity,
        sentence=sentence(look.numbers),
        rule=look.numbers.status.name.lower(),
        rule_version=look.numbers.rules_version,
        protocol=look.protocol,
        since=look.since,
        as_of=look.run.today,
        numbers=look.numbers.as_json(),
        inputs_digest=look.digest,
        inputs=inputs_of(look.series, look.row),
        shadow=is_shadow,
    )


def _withdraw_silence(looks: list[Look], now: datetime) -> None:
    """A flag that only said "too few logs", and that nobody owns, goes when the logs are back."""
    heard = [look.run.trial for look in looks if look.numbers.status != Status.INSUFFICIENT_DATA]
    Flag.objects.open().filter(trial__in=heard, kind=Kind.SILENT, owner=None).update(
        closed_at=now,
        closing=Flag.Closing.WITHDRAWN,
        snoozed_until=None,
        snooze_reason="",
        snoozed_by=None,
    )


def _write(looks: list[Look], now: datetime) -> None:
    columns: list[Any] = [
        [look.run.trial for look in looks],
        [int(look.numbers.status) for look in looks],
        [look.since for look in looks],
        [look.run.today for look in looks],
        [look.numbers.rules_version for look in looks],
        [look.digest for look in looks],
        [json.dumps(look.numbers.as_json()) for look in looks],
    ]
    with connection.cursor() as cursor:
        cursor.execute(WRITE, [now, *columns])


def mark_trials_due(*, now: datetime) -> int:
    """Every running trial of a clinic whose morning has come and that today was not looked at.

    Runs each quarter of an hour; a second run of the same morning adds nothing.
    """
    return sum(
        _mark_clinic(clinic, now)
        for clinic in Clinic.objects.all()
        if now.astimezone(clinic.zone).hour >= LOOKS_FROM_HOUR
    )


def _mark_clinic(clinic: Clinic, now: datetime) -> int:
    today = now.astimezone(clinic.zone).date()
    unseen = TierTrial.objects.active().filter(
        Q(review__assessed_on=None) | Q(review__assessed_on__lt=today),
        episode__patient__clinic=clinic,
        started_on__lte=today,
    )
    waiting = ReviewDue.objects.values("trial")
    trials = unseen.exclude(pk__in=waiting).values_list("pk", flat=True)
    return len(
        ReviewDue.objects.bulk_create(
            (ReviewDue(trial_id=trial, due_at=now) for trial in trials), batch_size=10_000
        )
    )
