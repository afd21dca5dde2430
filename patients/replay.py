"""What flags the last weeks would have had under other thresholds. Nothing is written.

Both versions are tried on the same rows: every trial of the clinics that use the protocol keeps its
window, and nobody decides in between. Counted is what becomes new in the period, once per episode
and kind, as the flags of one problem fold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property

import numpy as np
from django.db.models import Q

from accounts.models import Clinic
from pathway.rules import Rules, assess
from patients.actions.review import FLAGGED
from patients.models import ClinicProtocol, TierTrial
from patients.series import Batch, Run, batches, run_until

PERIOD = timedelta(days=90)
CHUNK = 2_000

Progress = Callable[[int], None]
Seen = set[tuple[int, str]]


@dataclass(frozen=True)
class Replayed:
    """Flags of one clinic in the period, by kind, under its version and under the new one."""

    clinic: Clinic
    trials: int
    old: Counter[str]
    new: Counter[str]


@dataclass(frozen=True)
class Replay:
    """The period of one clinic that uses some version of the protocol."""

    clinic: Clinic
    rules: Rules
    today: date

    @property
    def first(self) -> date:
        return self.today - PERIOD + timedelta(days=1)

    @cached_property
    def runs(self) -> list[Run]:
        """Its trials that ran in the period, each to its last day there."""
        rows = TierTrial.objects.filter(
            Q(ended_on=None) | Q(ended_on__gte=self.first),
            episode__patient__clinic=self.clinic,
            started_on__lte=self.today,
        ).select_related("tier", "episode__patient")
        return [
            run_until(trial, min(trial.ended_on or self.today, self.today), trial.length_days)
            for trial in rows.order_by("pk")
        ]

    def under(self, new: Rules, progress: Progress) -> Replayed:
        """`progress` is told how many trials were just done."""
        old_seen: Seen = set()
        new_seen: Seen = set()
        for start in range(0, len(self.runs), CHUNK):
            chunk = self.runs[start : start + CHUNK]
            for batch in batches(chunk):
                old_seen |= _flagged(batch, self.rules, self.first)
                new_seen |= _flagged(batch, new, self.first)
            progress(len(chunk))
        return Replayed(self.clinic, len(self.runs), _by_kind(old_seen), _by_kind(new_seen))


def replays(key: str, now: datetime) -> list[Replay]:
    """One for every clinic that uses a version of this protocol now."""
    used = (
        (clinic, ClinicProtocol.objects.in_use(clinic, now))
        for clinic in Clinic.objects.order_by("name", "pk")
    )
    return [
        Replay(clinic, protocol.thresholds, now.astimezone(clinic.zone).date())
        for clinic, protocol in used
        if protocol.key == key
    ]


def _flagged(batch: Batch, rules: Rules, first: date) -> Seen:
    """Episode and kind of what is seen in the period and was not on the day before it."""
    begins = np.array([(first - run.started_on).days for run in batch.runs])
    series = replace(batch.series, from_day=np.maximum(begins - 1, 0))
    status = assess(series, rules).status
    inside = np.arange(series.days) >= begins[:, None]
    seen: Seen = set()
    for label, (kind, _severity) in FLAGGED.items():
        hit = status == label
        fresh = (hit & inside).any(axis=1) & ~(hit & ~inside).any(axis=1)
        seen |= {(batch.runs[row].episode, kind) for row in np.flatnonzero(fresh)}
    return seen


def _by_kind(seen: Seen) -> Counter[str]:
    return Counter(kind for _episode, kind in seen)
