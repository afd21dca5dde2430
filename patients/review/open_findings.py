"""The open findings of some episodes before a sweep, so that nothing is raised twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from patients.models import Flag, Kind, Procedure, TreatmentCycle
from patients.queries.records import pk_array
from patients.review.series import RunningTrial

Periods = dict[int, list[tuple[date, date]]]


@dataclass
class OpenFindings:
    """Trial and kind of the findings of open flags, and whether in shadow. What only the shadow
    knows is new to the people who are to see it."""

    held: set[int] = field(default_factory=set)
    kinds: set[tuple[int | None, str, bool]] = field(default_factory=set)
    ceilings: set[tuple[int, bool]] = field(default_factory=set)
    plateaus: set[int] = field(default_factory=set)
    relapsed: dict[tuple[int | None, bool], date] = field(default_factory=dict)
    cycles: dict[int, list[date]] = field(default_factory=dict)

    def has(self, run: RunningTrial, kind: Kind, since: date, is_shadow: bool) -> bool:
        """`since` is the first day of what would be said now."""
        return any(
            (run.trial, kind, place) in self.kinds
            and not (kind == Kind.RELAPSE and self._is_another(run.trial, since, place))
            for place in {False, is_shadow}
        )

    def _is_another(self, trial: int, since: date, place: bool) -> bool:
        """Pain that came back after a further cycle is a relapse of its own, beside the first."""
        last = self.relapsed[trial, place]
        return any(last < day <= since for day in self.cycles.get(trial, ()))

    def has_ceiling(self, episode: int, is_shadow: bool) -> bool:
        return not self.ceilings.isdisjoint({(episode, False), (episode, is_shadow)})


def open_findings_of(episodes: set[int]) -> OpenFindings:
    """Two queries; a third where a relapse stands open; none without episodes."""
    if not episodes:
        return OpenFindings()
    flags = Flag.objects.open().filter(episode__in=pk_array(episodes))
    known = OpenFindings(held=set(flags.filter(holds_rules=True).values_list("episode", flat=True)))
    rows = flags.order_by("findings__since").values_list(
        "episode", "shadow", "findings__trial", "findings__kind", "findings__since"
    )
    for episode, shadow, trial, kind, since in rows:
        known.kinds.add((trial, kind, shadow))
        if kind == Kind.CEILING:
            known.ceilings.add((episode, shadow))
        if kind == Kind.PLATEAU:
            known.plateaus.add(episode)
        if kind == Kind.RELAPSE:
            known.relapsed[trial, shadow] = since
    known.cycles = _cycles({trial for trial, _place in known.relapsed if trial})
    return known


def _cycles(trials: set[int]) -> dict[int, list[date]]:
    days: defaultdict[int, list[date]] = defaultdict(list)
    if trials:
        rows = TreatmentCycle.objects.not_withdrawn().filter(trial__in=trials)
        for trial, day in rows.values_list("trial", "started_on"):
            days[trial].append(day)
    return days


def relief_periods(episodes: Iterable[int]) -> Periods:
    """Per episode the days on which the relief of an injection is given time: no plateau is flagged
    before the day from which the protocol looks for one after a procedure (docs/rules.md)."""
    periods: defaultdict[int, list[tuple[date, date]]] = defaultdict(list)
    rows = Procedure.objects.injections().filter(
        episode__in=pk_array(episodes), modality__tier__plateau_from_day__isnull=False
    )
    for episode, day, wait in rows.values_list(
        "episode", "done_on", "modality__tier__plateau_from_day"
    ):
        periods[episode].append((day, day + timedelta(days=wait or 0)))
    return periods


def in_relief(periods: Periods, episode: int, day: date) -> bool:
    return any(first <= day < end for first, end in periods.get(episode, ()))
