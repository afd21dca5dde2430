"""The ceiling of conservative care: which episodes of a chunk show its signs, and may be flagged."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from pathway.models import Protocol
from pathway.rules import (
    RULES_VERSION,
    CeilingSigns,
    Pathway,
    Rules,
    ceiling_sentence,
    ceiling_signs,
)
from patients.flags.actions import Found
from patients.flags.quiet import hushing
from patients.models import Decision, Episode, Kind, Reassessment, Severity, TierTrial, TrialReview
from patients.queries.records import pk_array
from patients.review.ceiling import form_every_days, histories, signs_in
from patients.review.ceiling_history import CeilingHistory, Relapse
from patients.review.series import RunningTrial

RULE = "ceiling"
REASSESSMENT = 5
# Our own proposal: as long as function is watched before it is a sign.
ANSWERED_FOR = timedelta(days=90)
KEPT_QUIET_BY = hushing(Kind.CEILING)
Do = Decision.Kind


@dataclass(frozen=True)
class Ceiling:
    """One episode's signs of today, with the trial that speaks for it."""

    run: RunningTrial
    protocol: Protocol
    history: CeilingHistory
    pathway: Pathway
    signs: CeilingSigns

    def found(self, is_shadow: bool) -> Found:
        inputs = {**self.history.as_json(), "plateau": self.pathway.plateau}
        return Found(
            episode=self.run.episode,
            trial=self.run.trial,
            kind=Kind.CEILING,
            severity=Severity.REVIEW,
            sentence=ceiling_sentence(self.pathway, self.signs, self.protocol.thresholds),
            rule=RULE,
            rule_version=RULES_VERSION,
            protocol=self.protocol,
            since=self.history.since(self.signs, self.run.today),
            as_of=self.run.today,
            numbers=signs_in(self.pathway, self.protocol),
            inputs_digest=_digest(inputs),
            inputs=inputs,
            shadow=is_shadow,
        )


def _digest(inputs: dict[str, object]) -> str:
    return hashlib.blake2b(json.dumps(inputs).encode(), digest_size=16).hexdigest()


def ceilings(
    looked_at: Iterable[tuple[RunningTrial, Protocol]], plateaus: set[int], found: Sequence[Found]
) -> list[Ceiling]:
    """Of candidate episodes those whose signs suffice, with what was just `found`; `plateaus` are
    the episodes whose plateau stands open."""
    speaks = _one_each(looked_at)
    every = {episode: form_every_days(each.pk) for episode, (_run, each) in speaks.items()}
    known = histories(every) if every else {}
    plateaus = plateaus | {each.episode for each in found if each.kind == Kind.PLATEAU}
    for each in found:
        if each.kind == Kind.RELAPSE and each.episode in known:
            known[each.episode].relapses.append(Relapse(each.since, each.as_of))
    protocols = {protocol.pk: protocol for _run, protocol in speaks.values()}
    rules = {pk: protocol.thresholds for pk, protocol in protocols.items()}
    made = (
        _ceiling(run, protocol, rules[protocol.pk], known[episode], plateau=episode in plateaus)
        for episode, (run, protocol) in speaks.items()
    )
    return [each for each in made if each.signs.reassess]


def _ceiling(
    run: RunningTrial, protocol: Protocol, rules: Rules, history: CeilingHistory, *, plateau: bool
) -> Ceiling:
    then = history.until(run.today)
    pathway = then.pathway(run.today, plateau=plateau)
    return Ceiling(run, protocol, then, pathway, ceiling_signs(pathway, rules))


def _one_each(
    looked_at: Iterable[tuple[RunningTrial, Protocol]],
) -> dict[int, tuple[RunningTrial, Protocol]]:
    """One per episode: that of its highest trial."""
    by_level = sorted(looked_at, key=lambda each: (each[0].level, each[0].trial))
    return {run.episode: (run, protocol) for run, protocol in by_level}


def answered(runs: Iterable[RunningTrial], now: datetime) -> set[int]:
    """Episodes of these trials whose ceiling somebody has taken up: a reassessment runs, was held or asked for not
    long ago, a decision about it led to another step, or one keeps it quiet; one query."""
    today = {run.episode: run.today for run in runs}
    if not today:
        return set()
    recently = now - ANSWERED_FOR
    reviews = TrialReview.objects.filter(
        _quiet_on(today), quiet_kinds__overlap=KEPT_QUIET_BY, trial__episode=OuterRef("pk")
    )
    tier_5 = TierTrial.objects.active().filter(level=REASSESSMENT, episode=OuterRef("pk"))
    held = Reassessment.objects.not_withdrawn().filter(
        Q(finished_at=None) | Q(finished_at__gt=recently), episode=OuterRef("pk")
    )
    known = Episode.objects.filter(pk__in=pk_array(today)).filter(
        Exists(reviews) | Exists(tier_5) | Exists(held) | Exists(_led_on(recently))
    )
    return set(known.values_list("pk", flat=True))


def _quiet_on(today: dict[int, date]) -> Q:
    """Quiet beyond its clinic's own day; there are three calendar days on earth at most."""
    quiet = Q()
    for day in set(today.values()):
        there = [episode for episode, its_day in today.items() if its_day == day]
        quiet |= Q(quiet_until__gt=day, trial__episode__in=pk_array(there))
    return quiet


def _led_on(recently: datetime) -> QuerySet[Decision]:
    """To a reassessment; or, about the ceiling itself, to another step."""
    to_reassess = Q(kind=Do.REASSESS) | Q(to_level=REASSESSMENT)
    about_it = Q(kind__in=[Do.STEP_UP, Do.STEP_DOWN], flag__findings__kind=Kind.CEILING)
    decisions = Decision.objects.in_force().filter(
        decided_at__gt=recently, flag__episode=OuterRef("pk")
    )
    return decisions.filter(to_reassess | about_it)
