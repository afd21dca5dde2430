"""The ceiling signs of an episode: what the record says as of a day, with the numbers it was read from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, fields
from datetime import date, timedelta
from functools import cache
from typing import Any, NamedTuple, Self

from django.db import connection
from django.db.models import Q

from pathway.models import CeilingSign, Protocol
from pathway.rules import CeilingSigns, Pathway, ceiling_signs, relapsed
from pathway.rules.ceiling import STRUCTURED_DAYS
from patients.models import Episode, Finding, Flag, ImagingStudy, Kind, TierTrial, TreatmentCycle
from patients.queries.records import pk_array

STRUCTURED = (2, 3, 4)
TREATED = (1, *STRUCTURED)
A_HAIR = 1e-6  # scores are decimals, read as floats

# Whom a sign could speak of at all: most have none of the three, and nothing more is read of them.
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
       (100 * instrument.meaningful_change / (instrument.maximum - instrument.minimum))::float8
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


class CeilingStep(NamedTuple):
    """A trial; `last` is None while it runs."""

    level: int
    first: date
    last: date | None


class Relapse(NamedTuple):
    """The first day on which pain was back, and the day on which it was found."""

    since: date
    found_on: date


class CeilingForm(NamedTuple):
    """One questionnaire, 0-100, higher is worse; `matters` is its own least important change."""

    instrument: str
    name: str
    on: date
    percent: float
    matters: float | None


@dataclass(frozen=True)
class CeilingHistory:
    """What one episode's record holds that the signs are read from, each in the order of its days;
    `every` is how many days lie between two forms."""

    every: int
    steps: list[CeilingStep] = field(default_factory=list)
    cycles: list[date] = field(default_factory=list)
    relapses: list[Relapse] = field(default_factory=list)
    forms: list[CeilingForm] = field(default_factory=list)
    images: list[date] = field(default_factory=list)

    def until(self, day: date) -> CeilingHistory:
        """The same without anything that came later; a step begun or ended that day changes nothing."""
        return CeilingHistory(
            every=self.every,
            steps=[_until(step, day) for step in self.steps if step.first < day],
            cycles=[cycle for cycle in self.cycles if cycle <= day],
            relapses=[each for each in self.relapses if each.found_on <= day],
            forms=[form for form in self.forms if form.on <= day],
            images=[image for image in self.images if image <= day],
        )

    def pathway(self, day: date, *, plateau: bool) -> Pathway:
        """As of `day`, of a history until then."""
        treated = [step.first for step in self.steps if step.level in TREATED]
        back = relapsed([*self.cycles, *treated], (each.since for each in self.relapses))
        days = self._structured_days(day)
        forms = self._followed()
        due = max(days // self.every, 1)
        return Pathway(
            cycles=len({*self.cycles, *back}),
            relapsed_cycles=len(back),
            cycle_under_way=self._waits_for_a_cycle(),
            structured_days=days,
            instrument=forms[0].name if forms else "",
            function_share=_share(forms),
            function_change=_changed(forms),
            forms_due=due if forms else 0,
            forms_answered=min(len(forms), due),
            disc_progressed=bool(self.images),
            plateau=plateau,
        )

    def since(self, signs: CeilingSigns, day: date) -> date:
        """The first day of what the signs were read from."""
        days = self.images[:1] if signs.disc_progressed else []
        days += [self.relapses[0].since] if signs.pain_returns else []
        structured = (step.first for step in self.steps if step.level in STRUCTURED)
        days += [min(structured)] if signs.function_unchanged else []
        return min(days, default=day)

    def _waits_for_a_cycle(self) -> bool:
        last = max((each.since for each in self.relapses), default=date.max)
        return any(cycle > last for cycle in self.cycles)

    def _structured_days(self, day: date) -> int:
        """Days in structured trials; a day in two tiers counts once."""
        spans = sorted(
            (step.first, step.last or day) for step in self.steps if step.level in STRUCTURED
        )
        days, reached = 0, date.min
        for first, last in spans:
            days += max((last - max(first, reached)).days, 0)
            reached = max(reached, last)
        return days

    def _followed(self) -> list[CeilingForm]:
        """Of the questionnaires answered in structured trials the one answered most often; the last
        one before a trial is where it began."""
        before = timedelta(days=self.every)
        spans = [
            (step.first - before, step.last or date.max)
            for step in self.steps
            if step.level in STRUCTURED
        ]
        own: defaultdict[str, list[CeilingForm]] = defaultdict(list)
        for form in self.forms:
            if any(first <= form.on <= last for first, last in spans):
                own[form.instrument].append(form)
        return max(own.values(), key=len, default=[])

    def as_json(self) -> dict[str, Any]:
        return {
            name: [_plain(each) for each in rows] if isinstance(rows, list) else rows
            for name, rows in asdict(self).items()
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        day = date.fromisoformat
        return cls(
            every=stored["every"],
            steps=[
                CeilingStep(level, day(first), day(last) if last else None)
                for level, first, last in stored["steps"]
            ],
            cycles=[day(each) for each in stored["cycles"]],
            relapses=[Relapse(day(since), day(found)) for since, found in stored["relapses"]],
            forms=[
                CeilingForm(key, name, day(on), percent, matters)
                for key, name, on, percent, matters in stored["forms"]
            ],
            images=[day(each) for each in stored["images"]],
        )


def _until(step: CeilingStep, day: date) -> CeilingStep:
    return step if step.last and step.last < day else step._replace(last=None)


def _share(forms: list[CeilingForm]) -> float | None:
    return forms[-1].percent / forms[0].percent if forms and forms[0].percent else None


def _changed(forms: list[CeilingForm]) -> bool:
    if not forms or forms[0].matters is None:
        return False
    return forms[0].percent - forms[-1].percent >= forms[0].matters - A_HAIR


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return [_plain(each) for each in value] if isinstance(value, tuple) else value


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
    steps = TierTrial.objects.filter(own).order_by("started_on", "pk")
    for episode, level, first, last in steps.values_list(
        "episode", "level", "started_on", "ended_on"
    ):
        found[episode].steps.append(CeilingStep(level, first, last))
    for episode, day in _cycles(every):
        found[episode].cycles.append(day)
    back = Finding.objects.filter(
        flag__episode__in=pk_array(every), kind=Kind.RELAPSE, trial__isnull=False
    ).order_by("since", "pk")
    for episode, since, found_on in back.values_list("flag__episode", "since", "as_of"):
        found[episode].relapses.append(Relapse(since, found_on))
    for episode, form in _forms(every):
        found[episode].forms.append(form)
    images = ImagingStudy.objects.not_withdrawn().filter(own, disc_progressed=True)
    for episode, day in images.order_by("done_on").values_list("episode", "done_on"):
        found[episode].images.append(day)
    return found


def _cycles(episodes: Iterable[int]) -> Iterator[tuple[int, date]]:
    """Dated cycles; a withdrawn injection made none."""
    cycles = TreatmentCycle.objects.filter(trial__episode__in=pk_array(episodes))
    standing = cycles.filter(Q(procedure=None) | Q(procedure__withdrawn_at=None))
    rows = standing.order_by("started_on", "pk").values_list("trial__episode", "started_on")
    yield from rows


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
    """Each sign as a finding of the ceiling was made with it."""
    names = [each.name for each in fields(Pathway)]
    pathway = Pathway(**{name: finding.numbers[name] for name in names if name in finding.numbers})
    seen = seen_in(pathway, finding.protocol)
    return [(sign, seen[sign.key]) for sign in finding.protocol.ceiling_signs.in_order()]


def signs_in(pathway: Pathway, protocol: Protocol) -> dict[str, Any]:
    """The numbers with the signs that they make, as a finding keeps them."""
    return {**asdict(pathway), **asdict(ceiling_signs(pathway, protocol.thresholds))}


def seen_in(pathway: Pathway, protocol: Protocol) -> dict[str, CeilingSeen]:
    """By the sign's key, with its basis in words."""
    signs = ceiling_signs(pathway, protocol.thresholds)
    said = "no questionnaire was answered twice"
    if pathway.better_percent is not None:
        said = (
            f"{pathway.instrument} {-pathway.better_percent:+d} % in {pathway.structured_days} days "
            f"of structured trials; {pathway.forms_answered} of {pathway.forms_due} forms answered"
        )
    progressed = "recorded" if pathway.disc_progressed else "not recorded"
    return {
        "relapse-after-each-cycle": CeilingSeen(
            signs.pain_returns, f"pain came back after {pathway.relapsed_cycles} dated cycles"
        ),
        "function-not-improved": CeilingSeen(signs.function_unchanged, said),
        "progressive-disc-change": CeilingSeen(
            signs.disc_progressed, f"{progressed} by a clinician between two dated images"
        ),
    }
