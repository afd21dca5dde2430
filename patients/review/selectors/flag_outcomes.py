"""Flag outcomes: how often each rule raised a flag, what came of it, how long it took.

A rule that is often dismissed needs work. Flags in shadow are not counted: nobody saw them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

import numpy as np
from django.db import connection
from django.db.models import Min, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Clinic
from pathway.models import Protocol
from pathway.rules.series import Bools, Ints
from patients.models import TRAITS, Decision, Finding, Flag, Kind, SafetyOutcome
from patients.queries.records import pk_array

WEEKS = 26
WEEK = timedelta(days=7)
DAY = timedelta(days=1)
Do = Decision.Kind
# Flag, kind, protocol, when it was found, patient.
Row = tuple[int, str, int, datetime, int]
Numbers = Sequence[tuple[str | Promise, float | None]]
# Days are counted from the first Monday; a step that runs has no end in sight.
SPANS = """
SELECT array_agg(patient_id), array_agg(begun), array_agg(ended)
  FROM (SELECT episode.patient_id, trial.started_on - %(first)s::date AS begun,
               coalesce(trial.ended_on - %(first)s::date, 1000000) AS ended
          FROM patients_tiertrial AS trial
          JOIN patients_episode AS episode ON episode.id = trial.episode_id
          JOIN patients_patient AS patient ON patient.id = episode.patient_id
         WHERE patient.clinic_id = %(clinic)s AND trial.started_on < %(end)s
         ORDER BY episode.patient_id) AS span
"""
# What the safety desk records counts as acted on, beside the kinds of decision.
SETTLED = "safety_outcome"
ACTED = {kind for kind, traits in TRAITS.items() if traits.acts}
NOT_WENT_ON = {*ACTED, SETTLED, Do.NOT_RELEVANT}


@dataclass(frozen=True)
class Came:
    """What became of one flag: what was decided and when, since when a visit was asked for, and when
    that was."""

    kind: str
    reason: str
    decided_at: datetime
    asked_at: datetime | None
    visit_at: datetime | None


@dataclass(frozen=True)
class OutcomeLine:
    """One rule under one protocol version; medians in days, None where there is nothing to take."""

    kind: Kind
    protocol: Protocol
    fired: int
    acted: int
    went_on: int
    dismissed: int
    withdrawn: int
    reasons: list[tuple[str, int]]
    steps_up: int
    steps_down: int
    days_to_decision: float | None
    days_to_visit: float | None
    days_decision_to_visit: float | None

    @property
    def decided(self) -> int:
        return self.acted + self.went_on + self.dismissed

    @property
    def step_up_percent(self) -> int | None:
        return percent(self.steps_up, self.decided)

    @property
    def step_down_percent(self) -> int | None:
        return percent(self.steps_down, self.decided)

    @property
    def open(self) -> int:
        return self.fired - self.decided - self.withdrawn

    @property
    def counts(self) -> Numbers:
        return [
            (_("Raised"), self.fired),
            (_("Acted on"), self.acted),
            (_("Continued"), self.went_on),
            (_("Dismissed"), self.dismissed),
            (_("Closed by itself"), self.withdrawn),
            (_("Open"), self.open),
        ]

    @property
    def spans(self) -> Numbers:
        return [
            (_("Flag to decision"), self.days_to_decision),
            (_("Decision to visit"), self.days_decision_to_visit),
            (_("Flag to visit"), self.days_to_visit),
        ]


@dataclass(frozen=True)
class Week:
    """Patients with a running step in that week, and those of them who were flagged."""

    monday: date
    active: int
    flagged: int

    @property
    def percent(self) -> int | None:
        return percent(self.flagged, self.active)

    @property
    def top(self) -> int:
        """Where its bar begins, of 100 from above."""
        return 100 - (self.percent or 0)


@dataclass(frozen=True)
class Total:
    """All rules together, each flag once; medians in days."""

    flags: int
    decided: int
    steps_up: int
    steps_down: int
    days_to_decision: float | None
    days_decision_to_visit: float | None
    days_plateau_to_visit: float | None

    @property
    def step_up_percent(self) -> int | None:
        return percent(self.steps_up, self.decided)

    @property
    def step_down_percent(self) -> int | None:
        return percent(self.steps_down, self.decided)


@dataclass(frozen=True)
class OutcomeBar:
    """One number of a chart; `width` in per cent of the longest."""

    label: str | Promise
    number: float | None
    width: int


@dataclass(frozen=True)
class FlagOutcomes:
    lines: list[OutcomeLine]
    weeks: list[Week]
    total: Total

    @property
    def charts(self) -> list[Chart]:
        """A rule a chart, all on the same two scales."""
        most = max((line.fired for line in self.lines), default=0)
        longest = max((days for line in self.lines for _l, days in line.spans if days), default=0)
        return [
            Chart(line, _bars(line.counts, most), _bars(line.spans, longest)) for line in self.lines
        ]


@dataclass(frozen=True)
class Chart:
    line: OutcomeLine
    counts: list[OutcomeBar]
    days: list[OutcomeBar]

    @property
    def has_days(self) -> bool:
        return any(bar.number is not None for bar in self.days)


def percent(part: int, whole: int) -> int | None:
    return round(100 * part / whole) if whole else None


def _bars(numbers: Numbers, longest: float) -> list[OutcomeBar]:
    """A number above zero is at least one per cent wide, so that its bar is seen."""
    return [
        OutcomeBar(label, number, max(round(100 * number / longest), 1) if number else 0)
        for label, number in numbers
    ]


def flag_outcomes_of(clinic: Clinic, now: datetime) -> FlagOutcomes:
    """The last half year of one clinic."""
    monday = _monday(now, clinic) - (WEEKS - 1) * WEEK
    findings = Finding.objects.filter(
        flag__episode__patient__clinic=clinic, flag__shadow=False, found_at__gte=now - WEEKS * WEEK
    )
    rows = list(
        findings.order_by("found_at", "pk").values_list(
            "flag", "kind", "protocol", "found_at", "flag__episode__patient"
        )
    )
    flags = [flag for flag, *_rest in rows]
    decided = {**_settled(flags), **_decided(flags)}
    gone = Flag.objects.filter(pk__in=pk_array(flags), closing=Flag.Closing.WITHDRAWN)
    withdrawn = set(gone.values_list("pk", flat=True))
    return FlagOutcomes(
        lines=list(_lines(rows, decided, withdrawn)),
        total=_total(rows, decided),
        weeks=_weeks(clinic, rows, [monday + WEEK * place for place in range(WEEKS)]),
    )


def _monday(now: datetime, clinic: Clinic) -> date:
    today = now.astimezone(clinic.zone).date()
    return today - timedelta(days=today.weekday())


def _decided(flags: Sequence[int]) -> dict[int, Came]:
    """What holds today of each flag; its first visit stands on the decision that asked for it."""
    visit = "visit_request__consultations"
    booked = Q(**{f"{visit}__cancelled_at": None, f"{visit}__booked_at__isnull": False})
    asking = Decision.objects.filter(flag__in=pk_array(flags), visit_request__isnull=False)
    first = asking.values("flag").annotate(
        Min("decided_at"),
        visit=Min(f"{visit}__period__startswith", filter=booked),
    )
    asked = {
        flag: (at, visit)
        for flag, at, visit in first.values_list("flag", "decided_at__min", "visit")
    }
    held = Decision.objects.in_force().filter(flag__in=pk_array(flags))
    return {
        flag: Came(kind, reason, at, *asked.get(flag, (None, None)))
        for flag, kind, reason, at in held.values_list("flag", "kind", "reason", "decided_at")
    }


def _settled(flags: Sequence[int]) -> dict[int, Came]:
    """Safety answers whose outcome was recorded at the safety desk, with no decision beside it."""
    held = SafetyOutcome.objects.ending().filter(
        flag__in=pk_array(flags), flag__closing=Flag.Closing.SAFETY
    )
    return {
        flag: Came(SETTLED, "", at, None, None)
        for flag, at in held.order_by("pk").values_list("flag", "recorded_at")
    }


def _lines(
    rows: Sequence[Row], decided: dict[int, Came], withdrawn: set[int]
) -> Iterator[OutcomeLine]:
    first: dict[tuple[str, int], dict[int, datetime]] = defaultdict(dict)
    for flag, kind, protocol, found_at, _patient in rows:
        first[kind, protocol].setdefault(flag, found_at)
    protocols = Protocol.objects.defer("source").in_bulk({protocol for _kind, protocol in first})
    for kind in Kind:
        for (key, protocol), flags in sorted(first.items(), key=lambda each: -each[0][1]):
            if key == kind:
                came = [(found_at, decided.get(flag)) for flag, found_at in flags.items()]
                by_itself = len(withdrawn & flags.keys())
                yield _line(kind, protocols[protocol], came, by_itself)


def _line(
    kind: Kind, protocol: Protocol, came: list[tuple[datetime, Came | None]], withdrawn: int
) -> OutcomeLine:
    done = [(found_at, each) for found_at, each in came if each]
    kinds = Counter(each.kind for _found_at, each in done)
    dismissed = Counter(each.reason for _f, each in done if each.kind == Do.NOT_RELEVANT)
    return OutcomeLine(
        kind=kind,
        protocol=protocol,
        fired=len(came),
        acted=sum(kinds[each] for each in (*ACTED, SETTLED)),
        went_on=sum(n for each, n in kinds.items() if each not in NOT_WENT_ON),
        dismissed=kinds[Do.NOT_RELEVANT],
        withdrawn=withdrawn,
        reasons=[(str(Decision.Reason(key).label), n) for key, n in dismissed.most_common()],
        steps_up=kinds[Do.STEP_UP],
        steps_down=kinds[Do.STEP_DOWN],
        days_to_decision=_median([(f, each.decided_at) for f, each in done]),
        days_to_visit=_median([(f, each.visit_at) for f, each in done]),
        days_decision_to_visit=_asked_to_visit(each for _f, each in done),
    )


def _total(rows: Sequence[Row], decided: dict[int, Came]) -> Total:
    first: dict[int, datetime] = {}
    plateaus: dict[int, datetime] = {}
    for flag, kind, _protocol, found_at, _patient in rows:
        first.setdefault(flag, found_at)
        if kind == Kind.PLATEAU:
            plateaus.setdefault(flag, found_at)
    kinds = Counter(each.kind for each in decided.values())
    return Total(
        flags=len(first),
        decided=len(decided),
        steps_up=kinds[Do.STEP_UP],
        steps_down=kinds[Do.STEP_DOWN],
        days_to_decision=_median(
            [(first[flag], each.decided_at) for flag, each in decided.items()]
        ),
        days_decision_to_visit=_asked_to_visit(decided.values()),
        days_plateau_to_visit=_median(
            [(plateaus[flag], decided[flag].visit_at) for flag in plateaus.keys() & decided.keys()]
        ),
    )


def _asked_to_visit(came: Iterable[Came]) -> float | None:
    return _median([(each.asked_at, each.visit_at) for each in came if each.asked_at])


def _median(spans: list[tuple[datetime, datetime | None]]) -> float | None:
    days = [(until - since) / DAY for since, until in spans if until]
    return round(median(days), 1) if days else None


def _weeks(clinic: Clinic, rows: Sequence[Row], mondays: list[date]) -> list[Week]:
    """Patients, not steps, are counted: some have two that run."""
    zone, first = clinic.zone, mondays[0]
    people, active = _active(clinic, mondays)
    flagged = np.zeros_like(active)
    for *_rest, found_at, patient in rows:
        place, week = (
            int(np.searchsorted(people, patient)),
            (found_at.astimezone(zone).date() - first).days // 7,
        )
        if week >= 0 and place < len(people) and people[place] == patient:
            flagged[place, week] = active[place, week]
    counts = zip(mondays, active.sum(axis=0).tolist(), flagged.sum(axis=0).tolist(), strict=True)
    return [Week(monday, alive, raised) for monday, alive, raised in counts]


def _active(clinic: Clinic, mondays: list[date]) -> tuple[Ints, Bools]:
    """(P,) the patients with steps, ascending; (P, W) whether one ran on some day of the week."""
    with connection.cursor() as cursor:
        cursor.execute(SPANS, {"clinic": clinic.pk, "first": mondays[0], "end": mondays[-1] + WEEK})
        patients, begun, ended = (np.array(each or [], dtype=int) for each in cursor.fetchone())
    weeks = np.arange(len(mondays)) * WEEK.days
    ran = (begun[:, None] < weeks + WEEK.days) & (ended[:, None] >= weeks)
    people, places = np.unique(patients, return_index=True)
    return people, np.logical_or.reduceat(ran, places) if len(places) else ran
