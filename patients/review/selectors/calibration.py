"""How the rules' flags fared: compared with the outcome at the planned end and the patient's own answer.

Read from findings alone: the planned end of a trial leaves one with the numbers of that day, so a
trial that a decision ended earlier is not counted. It could only show how the decision turned out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from math import sqrt

from accounts.models import Clinic
from pathway.models import Protocol
from pathway.rules import Numbers, Outcome, outcome_in
from patients.models import Finding, FunctionScore, Kind, TierTrial

EARLY = (Kind.PLATEAU, Kind.WORSENING, Kind.CEILING, Kind.RELAPSE, Kind.SILENT)
NOT_BETTER = (Outcome.NOT_RESPONDED, Outcome.WORSE)
MUCH_IMPROVED = 2  # of the seven answers: very much improved, much improved (docs/rules.md)
ASKED_UNTIL = timedelta(days=28)
TRIALS_TO_JUDGE = 200  # docs/rules.md: shadow mode for at least as many completed trials
TRIALS_FOR_A_RATE = 20
Z_95 = 1.959963984540054


@dataclass(frozen=True)
class Share:
    """So many of so many; in words a rate only where there are enough for one."""

    part: int
    whole: int

    def __str__(self) -> str:
        if self.whole < TRIALS_FOR_A_RATE:
            return f"{self.part} of {self.whole}"
        low, high = (round(100 * end) for end in self.interval)
        return f"{self.part} of {self.whole} (95 %: {low} to {high} of 100)"

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's, 95 %: the truth may lie anywhere in it."""
        share, z2 = self.part / self.whole, Z_95**2
        middle = share + z2 / (2 * self.whole)
        reach = Z_95 * sqrt(share * (1 - share) / self.whole + z2 / (4 * self.whole**2))
        return (middle - reach) / (1 + z2 / self.whole), (middle + reach) / (1 + z2 / self.whole)


@dataclass(frozen=True)
class CalibrationLine:
    """One rule under one protocol version. `outcomes` are of the flagged that reached the end."""

    kind: Kind
    protocol: Protocol
    flagged: int
    outcomes: Counter[str]
    responders: Share
    others: Share
    much_improved: Share

    @property
    def ended(self) -> int:
        return self.outcomes.total()


@dataclass
class CalibratedCourse:
    """One trial: what was found on its way, and how it stood at the planned end."""

    kinds: set[str] = field(default_factory=set)
    outcome: str = ""


@dataclass(frozen=True)
class Calibration:
    lines: list[CalibrationLine]
    completed: int

    @property
    def is_small(self) -> bool:
        return self.completed < TRIALS_TO_JUDGE


def calibration(clinic: Clinic) -> Calibration:
    """Everything that the clinic's rules have found, in shadow or not."""
    found = Finding.objects.filter(flag__episode__patient__clinic=clinic).exclude(numbers={})
    protocols = {each.pk: each for each in Protocol.objects.filter(pk__in=found.values("protocol"))}
    courses = _courses(found.order_by("as_of", "pk"), protocols)
    improved = _much_improved({trial for _protocol, trial in courses})
    lines = [
        _line(kind, protocols[pk], _of(courses, pk), improved)
        for pk in sorted(protocols, key=lambda pk: (protocols[pk].key, -protocols[pk].version))
        for kind in EARLY
    ]
    return Calibration(lines, sum(course.outcome != "" for course in courses.values()))


def _courses(
    found: Iterable[Finding], protocols: dict[int, Protocol]
) -> dict[tuple[int, int], CalibratedCourse]:
    """By protocol and trial."""
    thresholds = {pk: protocol.thresholds for pk, protocol in protocols.items()}
    courses: defaultdict[tuple[int, int], CalibratedCourse] = defaultdict(CalibratedCourse)
    for finding in found:
        course = courses[finding.protocol_id, finding.trial_id or 0]
        if finding.kind == Kind.WINDOW_COMPLETE:
            numbers = Numbers.from_json(finding.numbers)
            course.outcome = course.outcome or outcome_in(numbers, thresholds[finding.protocol_id])
        course.kinds.add(finding.kind)
    return courses


def _of(
    courses: dict[tuple[int, int], CalibratedCourse], protocol: int
) -> dict[int, CalibratedCourse]:
    return {trial: course for (key, trial), course in courses.items() if key == protocol}


def _line(
    kind: Kind, protocol: Protocol, courses: dict[int, CalibratedCourse], improved: dict[int, bool]
) -> CalibrationLine:
    flagged = {trial: course for trial, course in courses.items() if kind in course.kinds}
    answers = [improved[trial] for trial in flagged if trial in improved]
    return CalibrationLine(
        kind=kind,
        protocol=protocol,
        flagged=len(flagged),
        outcomes=Counter(course.outcome for course in flagged.values() if course.outcome),
        responders=_share(kind, courses, (Outcome.RESPONDED,)),
        others=_share(kind, courses, NOT_BETTER),
        much_improved=Share(sum(answers), len(answers)),
    )


def _share(kind: Kind, courses: dict[int, CalibratedCourse], outcomes: Collection[str]) -> Share:
    """How many of those with such an outcome were flagged."""
    kinds = [course.kinds for course in courses.values() if course.outcome in outcomes]
    return Share(sum(kind in each for each in kinds), len(kinds))


def _much_improved(trials: Collection[int]) -> dict[int, bool]:
    """Per trial whether the last overall change was much better: the one that names the trial, else
    one of no trial (entered, imported) up to four weeks after the end."""
    rows = TierTrial.objects.filter(pk__in=trials)
    scores = FunctionScore.objects.filter(
        instrument__key="pgic", episode__in=rows.values("episode")
    ).order_by("local_date", "pk")
    named: dict[int, bool] = {}
    unnamed: defaultdict[int, list[tuple[date, bool]]] = defaultdict(list)
    found: Iterable[tuple[int, int | None, date, Decimal]] = scores.values_list(
        "episode", "trial", "local_date", "total"
    )
    for episode, trial, day, total in found:
        if trial is None:
            unnamed[episode].append((day, total <= MUCH_IMPROVED))
        else:
            named[trial] = total <= MUCH_IMPROVED
    dated = {
        trial.pk: better
        for trial in rows
        for day, better in unnamed[trial.episode_id]
        if trial.started_on < day <= trial.ends_on + ASKED_UNTIL
    }
    return dated | named
