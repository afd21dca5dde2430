"""Whether scores have moved again since a plateau was found: a note, which closes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from typing import NamedTuple

import numpy as np

from pathway.models import Protocol
from pathway.rules import Rules, Status, moved_since
from patients.models import Finding, Kind, TrialReview
from patients.review.series import Batch, batches, day_of, running

MOVED = {Status.IN_PROGRESS, Status.IMPROVING, Status.RESPONDED}


class FlaggedTrial(NamedTuple):
    """A plateau, and what the rules last said of its trial."""

    finding: Finding
    review: TrialReview | None


@cache
def rules_of(protocol: int) -> Rules:
    """Asked once of each version: a published protocol never changes."""
    return Protocol(pk=protocol).thresholds


def may_have_moved(told: FlaggedTrial) -> bool:
    """By what the last review said of today: most have not, and are not worked out."""
    finding, review = told
    if finding.kind != Kind.PLATEAU or review is None or review.status not in MOVED:
        return False
    now, then = review.numbers or {}, finding.numbers
    if None in (now.get("stall"), now.get("mean_14"), then.get("mean_14")):
        return False
    lower = bool(now["mean_14"] < then["mean_14"])
    return lower and bool(now["stall"] < rules_of(finding.protocol_id).moved_logodds)


def moved_again(told: Iterable[FlaggedTrial], now: datetime) -> dict[int, date]:
    """By finding, since when; those of trials that have not moved, or run no more, are left out."""
    some = [each for each in told if may_have_moved(each)]
    by_trial = {each.finding.trial_id: each.finding for each in some}
    runs = running((trial for trial in by_trial if trial), now) if some else []
    found: dict[int, date] = {}
    for batch in batches(runs):
        findings = [by_trial[run.trial] for run in batch.runs]
        found |= moved_in(batch, findings)
    return found


def moved_in(batch: Batch, findings: list[Finding]) -> dict[int, date]:
    """By finding, one of each of the batch's trials."""
    pairs = list(zip(batch.runs, findings, strict=True))
    flagged = np.array([(each.as_of - run.started_on).days for run, each in pairs])
    protocol = batch.runs[0].protocol
    days = Protocol(pk=protocol).setting("moved_again_days")
    since = moved_since(batch.series, flagged, days, rules_of(protocol)).tolist()
    return {
        each.pk: day_of(run.started_on, day)
        for (run, each), day in zip(pairs, since, strict=True)
        if day >= 0
    }
