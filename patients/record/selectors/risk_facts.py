"""Risk facts as told last, each with what was told before."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter

from patients.models import RiskFactAnswer
from patients.queries.safety import RiskFactQuerySet


@dataclass(frozen=True)
class ToldFact:
    """The answer that holds, and the earlier ones, the oldest first."""

    answer: RiskFactAnswer
    earlier: list[RiskFactAnswer]


def facts_with_history(known: RiskFactQuerySet) -> list[ToldFact]:
    """In two queries."""
    rows = known.select_related("told_by").prefetch_related("events__told_by").order_by("pk")
    return [ToldFact(row, _states(row)[:-1]) for row in rows]


def _states(row: RiskFactAnswer) -> list[RiskFactAnswer]:
    return sorted(row.events.all(), key=attrgetter("pgh_id"))  # type: ignore[attr-defined]
