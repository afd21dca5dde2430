"""One trial's numbers as plain values: what a flag stores and a page shows."""

import math
from dataclasses import asdict, dataclass
from typing import Any, Self

from pathway.rules.assessment import Assessment
from pathway.rules.status import Status


@dataclass(frozen=True, slots=True)
class Numbers:
    """One row of an `Assessment`; the fields mean the same, and None stands for "not known".

    Those with a default are not in what versions before 3.0 stored.
    """

    status: Status
    watch: bool
    day: int
    baseline: float | None
    mean_14: float | None
    count_14: int
    target: float | None
    function_share: float | None
    stall: float | None
    fail: float | None
    worse: float | None
    slope: float | None
    slope_low: float | None
    slope_high: float | None
    since: int
    clears_at: float | None
    entries_missing: int
    sudden_rise: bool
    rules_version: str
    usual_pain: float | None = None
    first_week: float | None = None
    opening: float | None = None
    before: float | None = None
    rise_bar: float | None = None
    fallen: bool | None = None
    weekly: bool = False
    days_since_entry: float | None = None
    eased_to: float | None = None
    function_first: float | None = None
    function_last: float | None = None
    function_forms: int | None = None
    bar: float | None = None

    def as_json(self) -> dict[str, Any]:
        """JSON-ready, floats in full: the same numbers come back from `from_json`."""
        return {**asdict(self), "status": self.status.name.lower()}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        return cls(**{**stored, "status": Status[stored["status"].upper()]})


def numbers_of(assessment: Assessment, trial: int) -> Numbers:
    """The numbers of row `trial`."""

    def number(name: str) -> float | None:
        value = float(getattr(assessment, name)[trial])
        return None if math.isnan(value) else value

    floats = {name: number(name) for name in _FLOATS}
    day = int(assessment.last_day[trial])
    return Numbers(
        status=Status(int(assessment.status[trial, day])),
        watch=bool(assessment.watch[trial, day]),
        day=day,
        count_14=int(assessment.count_14[trial]),
        since=int(assessment.since[trial]),
        entries_missing=int(assessment.entries_missing[trial]),
        sudden_rise=bool(assessment.sudden_rise[trial]),
        rules_version=assessment.rules_version,
        fallen=bool(assessment.fallen[trial]),
        weekly=bool(assessment.weekly[trial]),
        function_forms=int(assessment.function_forms[trial]),
        **floats,
    )


_FLOATS = (
    "baseline",
    "mean_14",
    "target",
    "function_share",
    "stall",
    "fail",
    "worse",
    "slope",
    "slope_low",
    "slope_high",
    "clears_at",
    "usual_pain",
    "first_week",
    "opening",
    "before",
    "rise_bar",
    "days_since_entry",
    "eased_to",
    "function_first",
    "function_last",
    "bar",
)
