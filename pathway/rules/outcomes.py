"""How a trial ended, from its last 14 days."""

from enum import StrEnum

from pathway.rules.numbers import Numbers
from pathway.rules.thresholds import DEFAULT_RULES, Rules

A_HAIR = 1e-6


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
    weekly: bool = False,
    fallen: bool | None = None,
    rules: Rules = DEFAULT_RULES,
) -> Outcome:
    """30 % and a point lower is a response (Ostelo 2008), 15 % is partial, 2 points up is worse.

    weekly: the person logs about once a week, and fewer entries are enough. fallen: whether the diary
    itself fell; without that, pain below "usual" is no response. None: not known (before 3.0).
    """
    needed = rules.weekly_entries_needed if weekly else rules.entries_needed
    if baseline is None or mean_14 is None or count_14 < needed:
        return Outcome.UNKNOWN
    gain = baseline - mean_14
    if gain <= -rules.worse_points_at_end:
        return Outcome.WORSE
    if fallen is False:
        return Outcome.NOT_RESPONDED
    if gain >= max(rules.better_share * baseline, rules.better_points) - A_HAIR:
        return Outcome.RESPONDED
    if gain >= rules.partial_share * baseline - A_HAIR:
        return Outcome.PARTIAL
    return Outcome.NOT_RESPONDED


def outcome_in(numbers: Numbers, rules: Rules = DEFAULT_RULES) -> Outcome:
    """The same from what the rules last said of the trial."""
    return outcome(
        baseline=numbers.baseline,
        mean_14=numbers.mean_14,
        count_14=numbers.count_14,
        weekly=numbers.weekly,
        fallen=numbers.fallen,
        rules=rules,
    )
