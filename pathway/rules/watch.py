"""After the steps: whether pain has come back, judged by the rule for a relapse after a cycle."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from pathway.rules.thresholds import DEFAULT_RULES, Rules

FORTNIGHT = 14


@dataclass(frozen=True, slots=True)
class CameBack:
    """The fortnight's mean today and its entries, beside the intensity it is measured against."""

    mean_14: float
    count_14: int
    limit: float


def came_back(
    days: Mapping[date, float],
    today: date,
    *,
    baseline: float | None,
    at_discharge: float | None,
    rules: Rules = DEFAULT_RULES,
) -> CameBack | None:
    """Pain is back when on each of the last days the fortnight's mean reached the limit.

    The limit is the share of the old intensity that counts as a relapse, or 2 points above the
    discharge (Ostelo 2008) where that is less. Unknown without either number.
    """
    limits = [rules.back_share * baseline] if baseline is not None else []
    if at_discharge is not None:
        limits.append(at_discharge + rules.worse_points_at_end)
    if not limits:
        return None
    limit = min(limits)
    means = [_fortnight(days, today - timedelta(days=back)) for back in range(rules.back_days)]
    if any(count < rules.back_entries or mean < limit for mean, count in means):
        return None
    return CameBack(mean_14=means[0][0], count_14=means[0][1], limit=limit)


def _fortnight(days: Mapping[date, float], end: date) -> tuple[float, int]:
    window = (end - timedelta(days=back) for back in range(FORTNIGHT))
    scores = [days[day] for day in window if day in days]
    return (sum(scores) / len(scores) if scores else 0.0), len(scores)
