"""The kinds of decision: what each asks the clinician for, how it counts, what the patient reads of it.

What a kind changes in the record stands in `patients/worklist/actions/effects.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Asks = Literal["", "next_check_on", "extension_days", "to_level"]
LOOKED = _("Your care team has looked at your answers.")
GO_ON = _("Please keep going with your plan.")


class DecisionKind(models.TextChoices):
    CONTINUE = "continue", _("Continue")
    EXTEND = "extend", _("Extend")
    CHANGE = "change", _("Change within the tier")
    STEP_UP = "step_up", _("Step up")
    STEP_DOWN = "step_down", _("Step down")
    REASSESS = "reassess", _("Reassess")
    NOT_RELEVANT = "not_relevant", _("Not relevant")
    UNDONE = "undone", _("Undone")


@dataclass(frozen=True)
class Traits:
    """`asks` names the field of the decision that has to be given; `acts` whether care changed, for the
    flag outcomes; `says` the patient's sentences, with a place for the `step` that begins."""

    asks: Asks = ""
    acts: bool = False
    says: Sequence[str | Promise] = ()


TRAITS: dict[str, Traits] = {
    DecisionKind.CONTINUE: Traits(asks="next_check_on", says=(LOOKED, GO_ON)),
    DecisionKind.EXTEND: Traits(
        asks="extension_days",
        acts=True,
        says=(LOOKED, _("You have more time on this step."), GO_ON),
    ),
    DecisionKind.CHANGE: Traits(
        asks="next_check_on",
        acts=True,
        says=(LOOKED, _("Your plan changes a little. They will tell you how.")),
    ),
    DecisionKind.STEP_UP: Traits(
        asks="to_level",
        acts=True,
        says=(LOOKED, _("They are adding more help to your plan: %(step)s.")),
    ),
    DecisionKind.STEP_DOWN: Traits(
        asks="to_level", acts=True, says=(_("You are ready for a lighter plan."), "%(step)s")
    ),
    DecisionKind.REASSESS: Traits(
        acts=True,
        says=(LOOKED, _("They would like to see you and plan the next step with you.")),
    ),
    DecisionKind.NOT_RELEVANT: Traits(),
    DecisionKind.UNDONE: Traits(),
}


def asking(field: Asks) -> list[str]:
    """The kinds that need this field."""
    return [str(kind) for kind, traits in TRAITS.items() if traits.asks == field]
