"""Ceiling signs: when conservative care as a whole, not one trial, seems to have reached its end."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from pathway.rules.thresholds import DEFAULT_RULES, Rules

RELAPSED_CYCLES = 2
STRUCTURED_DAYS = 90
FORMS_ANSWERED_SHARE = 2 / 3


@dataclass(frozen=True, slots=True)
class Pathway:
    """What an episode has shown so far, over all its trials.

    cycles             dated treatment cycles so far, and steps after which pain came back
    relapsed_cycles    those of them after which pain came back, of the same or other tiers
    cycle_under_way    the last cycle began after the last relapse: it is waited for
    structured_days    days in structured trials (tier 2 and up)
    instrument         the questionnaire that function is read from, by its short name
    function_share     its last score as a share of the first; None if unknown
    function_change    the instrument's own least important change was reached
    forms_due, forms_answered   function forms in those days
    disc_progressed    a clinician recorded progressive disc change on imaging
    plateau            a plateau flag is open
    """

    cycles: int = 0
    relapsed_cycles: int = 0
    cycle_under_way: bool = False
    structured_days: int = 0
    instrument: str = ""
    function_share: float | None = None
    function_change: bool = False
    forms_due: int = 0
    forms_answered: int = 0
    disc_progressed: bool = False
    plateau: bool = False

    @property
    def better_percent(self) -> int | None:
        """How much better function is; below 0 it is worse."""
        return None if self.function_share is None else round(100 * (1 - self.function_share))


@dataclass(frozen=True, slots=True)
class CeilingSigns:
    """Which of the three signs are there, and whether they call for a reassessment.

    Disc change alone never does: imaging correlates weakly with symptoms. Nor does pain that came
    back while a further cycle has only begun.
    """

    pain_returns: bool
    function_unchanged: bool
    disc_progressed: bool
    reassess: bool


def ceiling_signs(pathway: Pathway, rules: Rules = DEFAULT_RULES) -> CeilingSigns:
    returns = pathway.relapsed_cycles >= RELAPSED_CYCLES
    unchanged = _function_unchanged(pathway, rules)
    back = returns and not pathway.cycle_under_way
    return CeilingSigns(
        pain_returns=returns,
        function_unchanged=unchanged,
        disc_progressed=pathway.disc_progressed,
        reassess=back or unchanged or (pathway.disc_progressed and pathway.plateau),
    )


def _function_unchanged(pathway: Pathway, rules: Rules) -> bool:
    if pathway.function_share is None or pathway.structured_days < STRUCTURED_DAYS:
        return False
    answered = pathway.forms_answered >= FORMS_ANSWERED_SHARE * max(pathway.forms_due, 1)
    better = pathway.function_change or pathway.function_share <= rules.function_share
    return answered and not better


def relapsed(treatments: Iterable[date], relapses: Iterable[date]) -> set[date]:
    """The treatments after which pain came back, each by its first day: of a relapse, the last one
    begun by then. Tiers overlap, and one return of pain is seen in each: so it counts once."""
    begun = sorted(treatments)
    places = (bisect_right(begun, day) for day in relapses)
    return {begun[place - 1] for place in places if place}
