"""The ceiling signs of one episode: what the record says, with the numbers it was read from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from pathway.models import CeilingSign, Protocol
from pathway.rules import CeilingSigns, Pathway, ceiling_signs
from patients.models import (
    Episode,
    Finding,
    Flag,
    FunctionScore,
    ImagingStudy,
    Kind,
    TierTrial,
    TreatmentCycle,
)

STRUCTURED = (2, 3, 4)


@dataclass(frozen=True)
class Seen:
    found: bool
    basis: str


@dataclass(frozen=True)
class Function:
    """The questionnaire answered most often: its first and its last score, how many came back."""

    name: str
    first: float
    last: float
    answered: int
    due: int

    @property
    def share(self) -> float | None:
        return self.last / self.first if self.first else None


def signs_of(
    episode: Episode, protocol: Protocol, today: date
) -> Iterator[tuple[CeilingSign, Seen]]:
    """Each sign of the protocol, ticked from the data or not."""
    trials = list(TierTrial.objects.filter(episode=episode, level__in=STRUCTURED))
    days = _structured_days(trials, today)
    function = function_of(episode, protocol, days)
    pathway = _pathway(episode, days, function)
    seen = _seen(ceiling_signs(pathway), pathway, function)
    for sign in protocol.ceiling_signs.in_order():
        yield sign, seen[sign.key]


def _pathway(episode: Episode, days: int, function: Function | None) -> Pathway:
    progressed = ImagingStudy.objects.standing().filter(episode=episode, disc_progressed=True)
    open_now = Flag.objects.open().filter(episode=episode, shadow=False)
    return Pathway(
        relapsed_cycles=relapsed_cycles(episode),
        structured_days=days,
        function_share=function.share if function else None,
        forms_due=function.due if function else 0,
        forms_answered=function.answered if function else 0,
        disc_progressed=progressed.exists(),
        plateau=open_now.filter(findings__kind=Kind.PLATEAU).exists(),
    )


def relapsed_cycles(episode: Episode) -> int:
    """Cycles after which a relapse was found: of a trial the last one begun by then."""
    cycles = list(TreatmentCycle.objects.filter(trial__episode=episode).order_by("started_on"))
    found = Finding.objects.filter(flag__episode=episode, kind=Kind.RELAPSE, trial__isnull=False)
    relapsed = set()
    for trial, day in found.values_list("trial", "as_of"):
        before = [c.pk for c in cycles if c.trial_id == trial and c.started_on <= day]
        relapsed.add((trial, before[-1] if before else None))
    return len(relapsed)


def _structured_days(trials: list[TierTrial], today: date) -> int:
    """Days in structured trials; a day in two tiers counts once."""
    spans = sorted((trial.started_on, min(trial.ended_on or today, today)) for trial in trials)
    days, reached = 0, date.min
    for first, last in spans:
        days += max((last - max(first, reached)).days, 0)
        reached = max(reached, last)
    return days


def function_of(episode: Episode, protocol: Protocol, days: int) -> Function | None:
    """Of the questionnaires the one answered most often, as the sweep chooses too."""
    rows = FunctionScore.objects.filter(episode=episode).exclude(instrument__scoring="single")
    scores: dict[str, list[float]] = {}
    for name, percent in rows.order_by("local_date", "pk").values_list(
        "instrument__short_name", "percent"
    ):
        scores.setdefault(name, []).append(float(percent))
    if not scores:
        return None
    name, own = max(scores.items(), key=lambda each: len(each[1]))
    every = protocol.tier(2).function_every_days or 14
    return Function(name, own[0], own[-1], len(own), max(days // every, 1))


def _seen(signs: CeilingSigns, pathway: Pathway, function: Function | None) -> dict[str, Seen]:
    said = "no questionnaire was answered twice"
    if function and function.share is not None:
        change = round(100 * (function.share - 1))
        said = (
            f"{function.name} {change:+d} % in {pathway.structured_days} days of structured trials; "
            f"{function.answered} of {function.due} forms answered"
        )
    progressed = "recorded" if pathway.disc_progressed else "not recorded"
    return {
        "relapse-after-each-cycle": Seen(
            signs.pain_returns, f"pain came back after {pathway.relapsed_cycles} dated cycles"
        ),
        "function-not-improved": Seen(signs.function_unchanged, said),
        "progressive-disc-change": Seen(
            signs.disc_progressed, f"{progressed} by a clinician between two dated images"
        ),
    }
