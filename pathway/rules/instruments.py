"""What a questionnaire's score means: direction, kind of scale, the change that matters, its error.

A change is real when it passes both the least important change and the measurement error. A share of
the first score means something on a ratio scale only; T-scores count by points; a risk group is no
measure of function. Where a source gives no error, the least change stands for it
(docs/clinical-safety.md lists what is to be confirmed).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pathway.rules.rounding import difference, shown
from pathway.rules.thresholds import DEFAULT_RULES, Rules

A_HAIR = 1e-6


class ScaleKind(StrEnum):
    RATIO = "ratio"
    INTERVAL = "interval"
    T_SCORE = "t_score"
    RISK_GROUP = "risk_group"


@dataclass(frozen=True, slots=True)
class Scale:
    """`least_change` and `error` in the instrument's own points."""

    name: str
    kind: ScaleKind
    minimum: float
    maximum: float
    least_change: float
    error: float
    higher_is_worse: bool = True

    @property
    def needed(self) -> float:
        """Points that a change has to pass to be more than error, and to matter."""
        return max(self.least_change, self.error)

    @property
    def is_function(self) -> bool:
        return self.kind is not ScaleKind.RISK_GROUP

    def worse_by(self, first: float, last: float) -> float:
        """Points, in the direction that is worse; below 0 it is better."""
        return last - first if self.higher_is_worse else first - last

    def room(self, score: float) -> float:
        """Points by which it could get better."""
        return abs(score - (self.minimum if self.higher_is_worse else self.maximum))

    def percent(self, score: float) -> float:
        """0-100, higher is worse: what the arrays of a trial hold."""
        share = (score - self.minimum) / (self.maximum - self.minimum)
        return 100 * (share if self.higher_is_worse else 1 - share)


RATIO, T_SCORE = ScaleKind.RATIO, ScaleKind.T_SCORE
SCALES: Mapping[str, Scale] = {
    # Reed 2023: 1.0 matters; two standard errors of a difference are 1.3.
    "peg": Scale("PEG", RATIO, 0, 10, 1.0, 1.3),
    "my-three-activities": Scale("My activities", RATIO, 0, 10, 2.0, 2.0),
    "rmdq": Scale("Roland\N{EN DASH}Morris", RATIO, 0, 24, 5.0, 5.0),
    "odi": Scale("ODI", RATIO, 0, 100, 10.0, 10.0),
    "ndi": Scale("NDI", RATIO, 0, 50, 5.0, 5.0),
    "promis-physical-function": Scale(
        "PROMIS function", T_SCORE, 10, 90, 3.0, 5.0, higher_is_worse=False
    ),
    "promis-pain-interference": Scale("PROMIS interference", T_SCORE, 10, 90, 3.0, 5.0),
    "start-back": Scale("STarT Back", ScaleKind.RISK_GROUP, 0, 9, 9.0, 9.0),
    "start-msk": Scale("STarT MSK", ScaleKind.RISK_GROUP, 0, 12, 12.0, 12.0),
}


class Change(StrEnum):
    BETTER = "better"
    UNCHANGED = "unchanged"
    WORSE = "worse"


def change(scale: Scale, first: float, last: float, rules: Rules = DEFAULT_RULES) -> Change:
    """Of two scores on the instrument's own scale. On a ratio scale 30 % is enough to matter, but no
    change is real within the error."""
    if not scale.is_function:
        return Change.UNCHANGED
    worse = scale.worse_by(first, last)
    if worse >= scale.needed - A_HAIR:
        return Change.WORSE
    least = scale.least_change
    if scale.kind is ScaleKind.RATIO:
        share = rules.better_share * scale.room(first)
        least = min(least, share) if share else least
    return Change.BETTER if -worse >= max(least, scale.error) - A_HAIR else Change.UNCHANGED


Form = tuple[date, float]


@dataclass(frozen=True, slots=True)
class FunctionWorse:
    """The first form of the instrument and the last two; `since` is the earlier of the two."""

    scale: Scale
    first: float
    before: float
    last: float
    since: date
    on: date

    @property
    def sentence(self) -> str:
        return (
            f"{words(self.scale, self.first, self.last)}, worse on two forms in a row "
            f"({_day(self.since)} and {_day(self.on)}); {shown(self.scale.needed)} or more counts"
        )


def function_worse(scale: Scale, forms: Sequence[Form]) -> FunctionWorse | None:
    """Two consecutive forms of one instrument worse than its first one, each by the change that
    matters and by the error. `forms` are (day, score on the own scale), earliest first."""
    if len(forms) < 3 or not scale.is_function:
        return None
    (_, first), (since, before), (on, last) = forms[0], forms[-2], forms[-1]
    if any(change(scale, first, score) is not Change.WORSE for score in (before, last)):
        return None
    return FunctionWorse(scale, first, before, last, since, on)


def words(scale: Scale, first: float | None, last: float | None, forms: int = 2) -> str:
    """For example "PEG 5 → 3". No share of a score: those of small scores mislead."""
    if first is None or forms < 1:
        return f"{scale.name}: no form yet"
    if forms == 1 or last is None:
        return f"{scale.name} {shown(first)}, one form so far"
    if difference(first, last) == 0:
        return f"{scale.name} {shown(first)} → {shown(last)}, no change"
    return f"{scale.name} {shown(first)} → {shown(last)}"


def _day(day: date) -> str:
    return f"{day:%b} {day.day}"
