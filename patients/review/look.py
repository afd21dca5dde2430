"""One trial as the rules see it today, and what is told of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from pathway.models import Protocol
from pathway.rules import (
    RULES_VERSION,
    FunctionWorse,
    Numbers,
    Status,
    TrialSeries,
    is_higher,
    sentence,
)
from patients.flags.actions import Found
from patients.flags.quiet import speaks
from patients.models import Kind, Severity
from patients.review.finding_snapshot import snapshot_of
from patients.review.function_forms import function_words, read_from
from patients.review.series import FormsOfTrial, RunningTrial, weeks_well_logged
from patients.review.step_down import step_down_sentence

FLAGGED: dict[int, tuple[Kind, Severity]] = {
    Status.WORSENING: (Kind.WORSENING, Severity.REVIEW),
    Status.RELAPSE: (Kind.RELAPSE, Severity.REVIEW),
    Status.PLATEAU: (Kind.PLATEAU, Severity.REVIEW),
    Status.WINDOW_COMPLETE: (Kind.WINDOW_COMPLETE, Severity.REVIEW),
    Status.INSUFFICIENT_DATA: (Kind.SILENT, Severity.CHECK_IN),
}
WORSE_FUNCTION = (Kind.FUNCTION_WORSE, Severity.REVIEW)
STEP_DOWN = (Kind.STEP_DOWN, Severity.CHECK_IN)


class Before(NamedTuple):
    """What the last review said of a trial, and what a decision keeps quiet, from when until when."""

    status: int | None
    status_since: date | None
    quiet_from: date | None
    quiet_until: date | None
    quiet_kinds: list[str]


@dataclass(frozen=True, slots=True)
class Look:
    """One trial as the rules see it today, beside what they said before."""

    run: RunningTrial
    protocol: Protocol
    status: int
    numbers: dict[str, Any]
    digest: str
    before: Before
    series: TrialSeries
    row: int
    steps_down: bool
    forms: FormsOfTrial
    function: FunctionWorse | None

    @property
    def says(self) -> list[tuple[Kind, Severity]]:
        """What is worth a flag: what the status says, function that is worse, and four calm weeks."""
        said = [FLAGGED[self.status]] if self.status in FLAGGED else []
        said += [WORSE_FUNCTION] if self.function else []
        return [*said, STEP_DOWN] if self.steps_down else said

    @property
    def since(self) -> date:
        """The first day on which a review saw this status."""
        same = self.before.status == self.status
        return self.before.status_since if same and self.before.status_since else self.run.today

    def is_quiet(self, kind: Kind) -> bool:
        """A decision has set a check date, and this is not something worse than what it was about."""
        begun, until, about = self.before[2:]
        if begun is None or until is None or self.run.today >= until:
            return False
        higher = kind == Kind.WINDOW_COMPLETE and is_higher(Numbers.from_json(self.numbers))
        return not speaks(kind, about=about, days=(self.run.today - begun).days, is_worse=higher)


def found_in(
    look: Look, kind: Kind, severity: Severity, is_shadow: bool, done: float | None
) -> Found:
    """`done` is how much of the programme at home was done, 0-1; None where no log said so."""
    if kind == Kind.FUNCTION_WORSE and look.function:
        return _worse_function(look, look.function, severity, is_shadow)
    calm = kind == Kind.STEP_DOWN
    return Found(
        episode=look.run.episode,
        trial=look.run.trial,
        kind=kind,
        severity=severity,
        sentence=_sentence(look, done, calm=calm),
        rule="step_down" if calm else look.numbers["status"],
        rule_version=look.numbers["rules_version"],
        protocol=look.protocol,
        since=look.since,
        as_of=look.run.today,
        numbers=look.numbers,
        inputs_digest=look.digest,
        inputs=snapshot_of(look.series, look.row),
        shadow=is_shadow,
    )


def _sentence(look: Look, done: float | None, *, calm: bool) -> str:
    numbers, function = Numbers.from_json(look.numbers), function_words(look.forms)
    if calm:
        return step_down_sentence(numbers, function)
    logged = weeks_well_logged(look.series, look.row)
    return sentence(numbers, function=function, programme_done=done, weeks_logged=logged)


def _worse_function(look: Look, worse: FunctionWorse, severity: Severity, is_shadow: bool) -> Found:
    return Found(
        episode=look.run.episode,
        trial=look.run.trial,
        kind=Kind.FUNCTION_WORSE,
        severity=severity,
        sentence=worse.sentence,
        rule=Kind.FUNCTION_WORSE,
        rule_version=RULES_VERSION,
        protocol=look.protocol,
        since=worse.since,
        as_of=look.run.today,
        inputs=read_from(look.run.started_on, look.forms),
        shadow=is_shadow,
    )
