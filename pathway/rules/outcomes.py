"""How a trial ended, from its last 14 days."""

from enum import StrEnum

from pathway.rules.thresholds import DEFAULT_RULES, Rules


class Outcome(StrEnum):
    RESPONDED = "responded"
    PARTIAL = "partial"
    NOT_RESPONDED = "not_responded"
    WORSE = "worse"
    UNKNOWN = "unknown"


def outcome(
    *,
    baseline: float | None,
    mean_14: float | None,
    count_14: int,
    rules: Rules = DEFAULT_RULES,
) -> Outcome:
    """30 % and a point lower is a response (Ostelo 2008), 15 % is partial, 2 points up is worse."""
    if baseline is None or mean_14 is None or count_14 < rules.entries_needed:
        return Outcome.UNKNOWN
    gain = baseline - mean_14
    if gain <= -rules.worse_points_at_end:
        return Outcome.WORSE
    if gain >= max(rules.better_share * baseline, rules.better_points):
        return Outcome.RESPONDED
    if gain >= rules.partial_share * baseline:
        return Outcome.PARTIAL
    return Outcome.NOT_RESPONDED
