"""After the steps: whether pain has come back, judged against the level at discharge."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from pathway.rules.thresholds import DEFAULT_RULES, Rules

FORTNIGHT = 14
A_HAIR = 1e-6


@dataclass(frozen=True, slots=True)
class CameBack:
    """The fortnight's mean today and its entries, beside the level at discharge and the limit."""

    mean_14: float
    count_14: int
    at_discharge: float
    limit: float


def came_back(
    days: Mapping[date, float],
    today: date,
    *,
    at_discharge: float | None,
    weekly: bool = False,
    rules: Rules = DEFAULT_RULES,
) -> CameBack | None:
    """Pain is back when on each of the last days the fortnight's mean was 2 points and 30 % above
    the level at which the person left; what it was before the steps does not matter any more.

    Unknown without that level. Who logs weekly needs fewer entries.
    """
    if at_discharge is None:
        return None
    limit = max(at_discharge + rules.discharge_points, (1 + rules.discharge_share) * at_discharge)
    needed = rules.weekly_entries_needed if weekly else rules.back_entries
    means = [_fortnight(days, today - timedelta(days=back)) for back in range(rules.discharge_days)]
    if any(count < needed or mean < limit - A_HAIR for mean, count in means):
        return None
    return CameBack(means[0][0], means[0][1], at_discharge, limit)


def _fortnight(days: Mapping[date, float], end: date) -> tuple[float, int]:
    window = (end - timedelta(days=back) for back in range(FORTNIGHT))
    scores = [days[day] for day in window if day in days]
    return (sum(scores) / len(scores) if scores else 0.0), len(scores)
