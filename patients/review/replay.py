"""Which flags the last weeks would have had under other thresholds. Nothing is written.

Both versions are tried on the same rows: every trial of the clinics that use the protocol keeps its
window, and nobody decides in between; no safety answer holds the rules. Counted is what becomes new
in the period, once per episode and kind, as the flags of one problem fold. A relapse from before the
period counts for the ceiling as it was found; within it, as the version says.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property

import numpy as np
from django.db.models import Q

from accounts.models import Clinic
from pathway.rules import RULES_VERSION, Rules, Status, assess, ceiling_signs
from pathway.rules.series import Bools, Ints
from patients.models import ClinicProtocol, Kind, TierTrial
from patients.review.ceiling import form_every_days, histories
from patients.review.ceiling_findings import REASSESSMENT
from patients.review.ceiling_history import CeilingHistory, Relapse
from patients.review.function_forms import worse_days
from patients.review.look import FLAGGED
from patients.review.open_findings import Periods, in_relief, relief_periods
from patients.review.series import Batch, RunningTrial, batches, day_of, run_until
from patients.review.step_down import step_down_days

PERIOD = timedelta(days=90)
CHUNK = 2_000

Progress = Callable[[int], None]
Seen = set[tuple[int, str]]
Days = defaultdict[int, set[date]]


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
    def runs(self) -> list[RunningTrial]:
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

    def under(self, new: Rules, progress: Progress, version: str = RULES_VERSION) -> Replayed:
        """`progress` is told how many trials were just done; `version` is that of the rules by which
        the new ones are applied. Raises UnknownVersion."""
        old_story, new_story = Story(self.rules, self.first), Story(new, self.first, version)
        for start in range(0, len(self.runs), CHUNK):
            chunk = self.runs[start : start + CHUNK]
            periods = relief_periods({run.episode for run in chunk})
            for batch in batches(chunk):
                old_story.tell(batch, periods)
                new_story.tell(batch, periods)
            progress(len(chunk))
        known = self._histories()
        return Replayed(
            self.clinic, len(self.runs), old_story.by_kind(known), new_story.by_kind(known)
        )

    def _histories(self) -> dict[int, CeilingHistory]:
        """Of the episodes that may show a ceiling sign, with the relapses from before the period."""
        protocols = {run.episode: run.protocol for run in self.runs}
        every = {episode: form_every_days(pk) for episode, pk in protocols.items()}
        known = histories(every) if every else {}
        return {
            episode: replace(
                history,
                relapses=[each for each in history.relapses if each.found_on < self.first],
            )
            for episode, history in known.items()
        }


@dataclass
class Story:
    """What the rules say of every day of a period, gathered batch by batch.

    seen       episode and kind of what is new in the period
    relapses   first days of pain that came back in it, by episode
    plateaus   the first day of a plateau, by episode
    days       the days on which a trial below tier 5 and none in it was looked at, by episode
    """

    rules: Rules
    first: date
    version: str = RULES_VERSION
    seen: Seen = field(default_factory=set)
    relapses: Days = field(default_factory=lambda: defaultdict(set))
    plateaus: Days = field(default_factory=lambda: defaultdict(set))
    days: Days = field(default_factory=lambda: defaultdict(set))
    in_tier_5: Days = field(default_factory=lambda: defaultdict(set))

    def tell(self, batch: Batch, periods: Periods) -> None:
        begins = np.array([(self.first - run.started_on).days for run in batch.runs])
        series = replace(batch.series, from_day=np.maximum(begins - 1, 0))
        status = assess(series, self.rules, self.version).status
        inside = np.arange(series.days) >= begins[:, None]
        for kind, hit in self._hits(batch, status, periods).items():
            fresh = (hit & inside).any(axis=1) & ~(hit & ~inside).any(axis=1)
            self.seen |= {(batch.runs[row].episode, kind) for row in np.flatnonzero(fresh)}
            if kind == Kind.PLATEAU:
                _keep(self.plateaus, batch.runs, hit)
            if kind == Kind.RELAPSE:
                begun = hit & inside
                begun[:, 1:] &= ~hit[:, :-1]
                _keep(self.relapses, batch.runs, begun)
        asked = status != Status.NOT_ASKED
        tier_5 = np.array([run.level == REASSESSMENT for run in batch.runs])[:, None]
        _keep(self.days, batch.runs, asked)
        _keep(self.in_tier_5, batch.runs, asked & tier_5)

    def _hits(self, batch: Batch, status: Ints, periods: Periods) -> dict[str, Bools]:
        """(N, T) by kind: what the sweep of that day would have found."""
        days = np.broadcast_to(np.arange(status.shape[1]), status.shape)
        hits: dict[str, Bools] = {kind: status == label for label, (kind, _s) in FLAGGED.items()}
        for row in np.flatnonzero(hits[Kind.PLATEAU].any(axis=1)):
            run = batch.runs[row]
            for day in np.flatnonzero(hits[Kind.PLATEAU][row]):
                if in_relief(periods, run.episode, day_of(run.started_on, int(day))):
                    hits[Kind.PLATEAU][row, day] = False
        calm = step_down_days(batch.runs, batch.series, days, self.rules)
        hits[Kind.STEP_DOWN] = calm & (status != Status.NOT_ASKED)
        if self.version == RULES_VERSION:  # not a finding of the rules before
            worse = np.stack([worse_days(run, own, status.shape[1]) for run, own in batch.told])
            hits[Kind.FUNCTION_WORSE] = worse & (status != Status.NOT_ASKED)
        return hits

    def by_kind(self, known: dict[int, CeilingHistory]) -> Counter[str]:
        ceilings = {
            (episode, Kind.CEILING)
            for episode, history in known.items()
            if self._reaches_it(episode, history)
        }
        return Counter(kind for _episode, kind in self.seen | ceilings)

    def _reaches_it(self, episode: int, history: CeilingHistory) -> bool:
        """Whether it is there in the period, and was not on the day before."""
        found = sorted(self.relapses[episode])
        relapses = [*history.relapses, *(Relapse(day, day) for day in found)]
        history = replace(history, relapses=relapses)
        plateau = min(self.plateaus[episode], default=date.max)
        days = sorted(self.days[episode] - self.in_tier_5[episode])
        shown = (
            day
            for day in days
            if ceiling_signs(
                history.until(day).pathway(day, plateau=plateau <= day), self.rules
            ).reassess
        )
        return next(shown, date.min) >= self.first


def _keep(days: Days, runs: list[RunningTrial], hit: Bools) -> None:
    for row, day in np.argwhere(hit).tolist():
        days[runs[row].episode].add(day_of(runs[row].started_on, day))


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
