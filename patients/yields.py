"""What the rules brought: how often each fired, what came of it, how long it took.

A rule that is dismissed often is a rule to mend. Flags in shadow are not counted: nobody saw them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from django.db.models import Min, Q

from accounts.models import Clinic
from pathway.models import Protocol
from patients.models import Decision, Finding, Flag, Kind, TierTrial

WEEKS = 26
WEEK = timedelta(days=7)
DAY = timedelta(days=1)
Do = Decision.Kind
# Flag, kind, protocol, when it was found, patient.
Row = tuple[int, str, int, datetime, int]
ACTED = {Do.EXTEND, Do.CHANGE, Do.STEP_UP, Do.STEP_DOWN, Do.REASSESS}


@dataclass(frozen=True)
class Came:
    """One flag with this kind of finding: when it came, what was decided, when the visit was."""

    found_at: datetime
    kind: str = ""
    reason: str = ""
    decided_at: datetime | None = None
    visit_at: datetime | None = None


@dataclass(frozen=True)
class Line:
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

    @property
    def decided(self) -> int:
        return self.acted + self.went_on + self.dismissed

    @property
    def open(self) -> int:
        return self.fired - self.decided - self.withdrawn


@dataclass(frozen=True)
class Week:
    """Patients with a running step in that week, and those of them who were flagged."""

    monday: date
    active: int
    flagged: int

    @property
    def percent(self) -> int | None:
        return round(100 * self.flagged / self.active) if self.active else None

    @property
    def top(self) -> int:
        """Where its bar begins, of 100 from above."""
        return 100 - (self.percent or 0)


@dataclass(frozen=True)
class Yield:
    lines: list[Line]
    weeks: list[Week]


def yields_of(clinic: Clinic, now: datetime) -> Yield:
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
    gone = Flag.objects.filter(pk__in=flags, closing=Flag.Closing.WITHDRAWN)
    withdrawn = set(gone.values_list("pk", flat=True))
    return Yield(
        lines=list(_lines(rows, _decided(flags), withdrawn)),
        weeks=_weeks(clinic, rows, [monday + WEEK * place for place in range(WEEKS)]),
    )


def _monday(now: datetime, clinic: Clinic) -> date:
    today = now.astimezone(clinic.zone).date()
    return today - timedelta(days=today.weekday())


def _decided(flags: Sequence[int]) -> dict[int, Came]:
    """What holds today of each flag; its first visit stands on the decision that asked for it."""
    visits = "visit_request__consultations"
    booked = Q(**{f"{visits}__cancelled_at": None, f"{visits}__booked_at__isnull": False})
    asked = dict(
        Decision.objects.filter(flag__in=flags)
        .values("flag")
        .annotate(visit=Min("visit_request__consultations__period__startswith", filter=booked))
        .values_list("flag", "visit")
    )
    held = Decision.objects.in_force().filter(flag__in=flags)
    return {
        flag: Came(decided, kind, reason, decided, asked.get(flag))
        for flag, kind, reason, decided in held.values_list("flag", "kind", "reason", "decided_at")
    }


def _lines(rows: Sequence[Row], decided: dict[int, Came], withdrawn: set[int]) -> Iterator[Line]:
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
) -> Line:
    done = [(found_at, each) for found_at, each in came if each]
    kinds = Counter(each.kind for _found_at, each in done)
    dismissed = Counter(each.reason for _f, each in done if each.kind == Do.NOT_RELEVANT)
    return Line(
        kind=kind,
        protocol=protocol,
        fired=len(came),
        acted=sum(kinds[each] for each in ACTED),
        went_on=kinds[Do.CONTINUE],
        dismissed=kinds[Do.NOT_RELEVANT],
        withdrawn=withdrawn,
        reasons=[(str(Decision.Reason(key).label), n) for key, n in dismissed.most_common()],
        steps_up=kinds[Do.STEP_UP],
        steps_down=kinds[Do.STEP_DOWN],
        days_to_decision=_median([(f, each.decided_at) for f, each in done]),
        days_to_visit=_median([(f, each.visit_at) for f, each in done]),
    )


def _median(spans: list[tuple[datetime, datetime | None]]) -> float | None:
    days = [(until - since) / DAY for since, until in spans if until]
    return round(median(days), 1) if days else None


def _weeks(clinic: Clinic, rows: Sequence[Row], mondays: list[date]) -> list[Week]:
    trials = TierTrial.objects.filter(
        episode__patient__clinic=clinic, started_on__lt=mondays[-1] + WEEK
    )
    spans = list(trials.values_list("episode__patient", "started_on", "ended_on"))
    flagged: defaultdict[date, set[int]] = defaultdict(set)
    for *_rest, found_at, patient in rows:
        flagged[_monday(found_at, clinic)].add(patient)
    return [
        Week(monday, len(active), len(active & flagged[monday]))
        for monday in mondays
        for active in (_active(spans, monday),)
    ]


def _active(spans: list[tuple[int, date, date | None]], monday: date) -> set[int]:
    """Patients with a step on some day of the week."""
    return {
        patient
        for patient, first, last in spans
        if first < monday + WEEK and (last is None or last >= monday)
    }
