"""Who speaks while a decision keeps something quiet: a table over every pair of kinds."""

from __future__ import annotations

from collections.abc import Collection

from patients.flags.actions import rank
from patients.models import Kind

LONGEST_DAYS = 28
# They say that somebody is worse off than before: no check date keeps them quiet for longer.
WORSE_OFF = frozenset({Kind.SAFETY, Kind.WORSENING, Kind.RELAPSE, Kind.FUNCTION_WORSE})
# Asked by a person, or counted in days of a medicine: a decision about scores says nothing of them.
ALWAYS = frozenset({Kind.SAFETY, Kind.REVIEW_REQUESTED, Kind.OPIOID})
EVERYTHING = frozenset(Kind)

# What is something worse than a kind that was decided about, and speaks at once.
WORSE_THAN: dict[str, frozenset[Kind]] = {
    Kind.SAFETY: EVERYTHING,  # a decided answer keeps no rule of the scores quiet
    Kind.OPIOID: EVERYTHING,
    Kind.WORSENING: ALWAYS | {Kind.FUNCTION_WORSE},
    Kind.CEILING: ALWAYS | WORSE_OFF,
    Kind.RELAPSE: ALWAYS | {Kind.WORSENING, Kind.CEILING, Kind.FUNCTION_WORSE},
    Kind.FUNCTION_WORSE: ALWAYS | {Kind.WORSENING, Kind.CEILING, Kind.RELAPSE},
    Kind.PLATEAU: ALWAYS | WORSE_OFF | {Kind.CEILING},
    Kind.WINDOW_COMPLETE: ALWAYS | WORSE_OFF | {Kind.CEILING, Kind.PLATEAU},
    Kind.REVIEW_REQUESTED: EVERYTHING - {Kind.SILENT, Kind.STEP_DOWN},
    Kind.SILENT: EVERYTHING - {Kind.SILENT, Kind.STEP_DOWN},
    Kind.STEP_DOWN: EVERYTHING - {Kind.STEP_DOWN},
}


def speaks(kind: str, *, about: Collection[str], days: int, is_worse: bool = False) -> bool:
    """Whether a finding of `kind` may be told, so many days after a decision that keeps quiet.

    `about` are the kinds that stood in the flag when it was decided; its worst one names what was
    decided. What was known then waits for the check date, what is worse speaks at once. `is_worse`: a
    planned end above the start says what worsening says.
    """
    if (is_worse or kind in WORSE_OFF) and days >= LONGEST_DAYS:
        return True
    if is_worse and kind not in about:
        kind = Kind.WORSENING
    known = kind in about and kind not in ALWAYS
    return not known and kind in WORSE_THAN[max(about, key=rank)]


def hushing(kind: str) -> list[str]:
    """The kinds that keep `kind` quiet, where a decision was about one of them."""
    return [each for each in Kind if each == kind or kind not in WORSE_THAN[each]]
