"""The ceiling signs of an episode: what the record says as of a day, with the numbers they were read from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Q

from pathway.models import CeilingSign, Protocol
from pathway.rules import Pathway, ceiling_signs
from pathway.rules.ceiling import STRUCTURED_DAYS
from patients.models import Episode, Finding, Flag, ImagingStudy, Kind, TierTrial, TreatmentCycle
from patients.queries.records import pk_array
from patients.review.ceiling_history import (
    STRUCTURED,
    CeilingCycle,
    CeilingForm,
    CeilingHistory,
    CeilingImage,
    CeilingStep,
    Relapse,
)

# Who could show a sign at all: most have none of the three, and nothing more is read about them.
CANDIDATES = """
SELECT flag.episode_id FROM patients_flag AS flag
  JOIN patients_finding AS finding ON finding.flag_id = flag.id AND finding.kind = 'relapse'
 WHERE flag.episode_id = ANY(%(episodes)s)
 UNION
SELECT trial.episode_id FROM patients_tiertrial AS trial
 WHERE trial.episode_id = ANY(%(episodes)s) AND trial.level = ANY(%(structured)s)
   AND trial.started_on <= %(long_ago)s
   AND EXISTS (SELECT FROM patients_functionscore WHERE episode_id = trial.episode_id)
 UNION
SELECT episode_id FROM patients_imagingstudy
 WHERE episode_id = ANY(%(episodes)s) AND disc_progressed AND withdrawn_at IS NULL
"""

# As plain numbers: a chunk's forms are the longest of what is read.
FORMS = """
SELECT score.episode_id, instrument.key, instrument.short_name, score.local_date,
       score.percent::float8,
       (100 * instrument.meaningful_change / (instrument.maximum - instrument.minimum))::float8,
       score.total::float8
  FROM patients_functionscore AS score
  JOIN pathway_instrument AS instrument ON instrument.id = score.instrument_id
   AND instrument.scoring <> 'single'
 WHERE score.episode_id = ANY(%s)
 ORDER BY score.local_date, score.id
"""


@dataclass(frozen=True)
class CeilingSeen:
    found: bool
    basis: str


@cache
def form_every_days(protocol: int) -> int:
    """Asked once of each version: a published protocol never changes."""
    return Protocol.objects.get(pk=protocol).tier(2).function_every_days or 14


def candidates(episodes: Iterable[int], today: date) -> set[int]:
    """Those of the episodes that may show a sign; one query."""
    asked: dict[str, Any] = {
        "episodes": list(episodes),
        "structured": list(STRUCTURED),
        "long_ago": today - timedelta(days=STRUCTURED_DAYS),
    }
    with connection.cursor() as cursor:
        cursor.execute(CANDIDATES, asked)
        return {episode for (episode,) in cursor}


def histories(every: dict[int, int]) -> dict[int, CeilingHistory]:
    """Of these episodes, by how many days lie between two forms; five queries."""
    found = {episode: CeilingHistory(days) for episode, days in every.items()}
    own = Q(episode__in=pk_array(every))
    steps = TierTrial.objects.counted().filter(own).order_by("started_on", "pk")
    for episode, level, first, last in steps.values_list(
        "episode", "level", "started_on", "ended_on"
    ):
        found[episode].steps.append(CeilingStep(level, first, last))
    for episode, cycle in _cycles(every):
        found[episode].cycles.append(cycle)
    back = Finding.objects.filter(
        flag__episode__in=pk_array(every), kind=Kind.RELAPSE, trial__isnull=False
    ).order_by("since", "pk")
    for episode, since, found_on in back.values_list("flag__episode", "since", "as_of"):
        found[episode].relapses.append(Relapse(since, found_on))
    for episode, form in _forms(every):
        found[episode].forms.append(form)
    images = ImagingStudy.objects.not_withdrawn().filter(own, disc_progressed=True)
    compared = images.order_by("done_on").values_list(
        "episode", "done_on", "compared_with__done_on"
    )
    for episode, day, before in compared:
        found[episode].images.append(CeilingImage(day, before))
    return found


def _cycles(episodes: Iterable[int]) -> Iterator[tuple[int, CeilingCycle]]:
    """Dated cycles, each as long as its trial's window."""
    rows = TreatmentCycle.objects.not_withdrawn().filter(trial__episode__in=pk_array(episodes))
    for cycle in rows.order_by("started_on", "pk").select_related("trial"):
        yield cycle.trial.episode_id, CeilingCycle(cycle.started_on, cycle.trial.length_days)


def _forms(episodes: Iterable[int]) -> Iterator[tuple[int, CeilingForm]]:
    with connection.cursor() as cursor:
        cursor.execute(FORMS, [list(episodes)])
        for episode, *form in cursor:
            yield episode, CeilingForm(*form)


def history_of(episode: int, every: int, day: date) -> CeilingHistory:
    return histories({episode: every})[episode].until(day)


def signs_of(
    episode: Episode, protocol: Protocol, today: date
) -> Iterator[tuple[CeilingSign, CeilingSeen]]:
    """Each sign of the protocol, ticked from the data or not."""
    open_now = Flag.objects.open().filter(episode=episode, shadow=False)
    plateau = open_now.filter(findings__kind=Kind.PLATEAU).exists()
    history = history_of(episode.pk, form_every_days(protocol.pk), today)
    seen = seen_in(history.pathway(today, plateau=plateau), protocol)
    for sign in protocol.ceiling_signs.in_order():
        yield sign, seen[sign.key]


def told_by(finding: Finding) -> list[tuple[CeilingSign, CeilingSeen]]:
    """Each sign as it was when a finding of the ceiling was made."""
    names = [each.name for each in fields(Pathway)]
    pathway = Pathway(**{name: finding.numbers[name] for name in names if name in finding.numbers})
    seen = seen_in(pathway, finding.protocol)
    return [(sign, seen[sign.key]) for sign in finding.protocol.ceiling_signs.in_order()]


def signs_in(pathway: Pathway, protocol: Protocol) -> dict[str, Any]:
    """The numbers with the signs that they make, as a finding keeps them."""
    return {**asdict(pathway), **asdict(ceiling_signs(pathway, protocol.thresholds))}


def _function_basis(pathway: Pathway) -> str:
    said = pathway.function_words
    if pathway.better_percent is not None:
        said = f"{pathway.instrument} {-pathway.better_percent:+d} %"  # as 2.1 kept it
    if not pathway.instrument:
        return "no questionnaire was answered"
    said = said or f"{pathway.instrument} does not span 90 days,"
    return (
        f"{said} in {pathway.structured_days} days of structured trials; "
        f"{pathway.forms_answered} of {pathway.forms_due} forms answered"
    )


def _returns(cycles: int) -> str:
    if not cycles:
        return "pain has come back after no dated cycle"
    return f"pain came back after {cycles} dated cycle{'' if cycles == 1 else 's'}"


def seen_in(pathway: Pathway, protocol: Protocol) -> dict[str, CeilingSeen]:
    """By the sign's key, with its basis in words."""
    signs = ceiling_signs(pathway, protocol.thresholds)
    progressed = "recorded" if pathway.disc_progressed else "not recorded"
    return {
        "relapse-after-each-cycle": CeilingSeen(
            signs.pain_returns, _returns(pathway.relapsed_cycles)
        ),
        "function-not-improved": CeilingSeen(signs.function_unchanged, _function_basis(pathway)),
        "progressive-disc-change": CeilingSeen(
            signs.disc_progressed,
            f"{progressed} by a clinician on an image taken during or after a trial, against an earlier one",
        ),
    }
