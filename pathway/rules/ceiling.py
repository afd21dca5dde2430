"""Ceiling signs: when conservative care as a whole, not one trial, seems to have reached its end."""

from dataclasses import dataclass

RELAPSED_CYCLES = 2
STRUCTURED_DAYS = 90
FORMS_ANSWERED_SHARE = 2 / 3
FUNCTION_SHARE = 0.70


@dataclass(frozen=True, slots=True)
class Pathway:
    """What an episode has shown so far, over all its trials.

    relapsed_cycles    treatment cycles after which pain came back, of the same or other tiers
    structured_days    days in structured trials (tier 2 and up)
    function_share     last function score as a share of the first; None if unknown
    function_change    the instrument's own least important change was reached
    forms_due, forms_answered   function forms in those days
    disc_progressed    a clinician recorded progressive disc change on imaging
    plateau            a plateau flag is open
    """

    relapsed_cycles: int = 0
    structured_days: int = 0
    function_share: float | None = None
    function_change: bool = False
    forms_due: int = 0
    forms_answered: int = 0
    disc_progressed: bool = False
    plateau: bool = False


@dataclass(frozen=True, slots=True)
class CeilingSigns:
    """Which of the three signs are there, and whether they call for a reassessment.

    Disc change alone never does: imaging correlates weakly with symptoms.
    """

    pain_returns: bool
    function_unchanged: bool
    disc_progressed: bool
    reassess: bool


def ceiling_signs(pathway: Pathway) -> CeilingSigns:
    returns = pathway.relapsed_cycles >= RELAPSED_CYCLES
    unchanged = _function_unchanged(pathway)
    return CeilingSigns(
        pain_returns=returns,
        function_unchanged=unchanged,
        disc_progressed=pathway.disc_progressed,
        reassess=returns or unchanged or (pathway.disc_progressed and pathway.plateau),
    )


def _function_unchanged(pathway: Pathway) -> bool:
    if pathway.function_share is None or pathway.structured_days < STRUCTURED_DAYS:
        return False
    answered = pathway.forms_answered >= FORMS_ANSWERED_SHARE * max(pathway.forms_due, 1)
    better = pathway.function_change or pathway.function_share <= FUNCTION_SHARE
    return answered and not better
