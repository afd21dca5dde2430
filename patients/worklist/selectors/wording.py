"""The sentence that a patient reads about a decision, before a clinician edits it.

Calm, no blame, no promise (clinical.md 2.2); in the patient's language.
"""

from __future__ import annotations

from datetime import date

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from patients.models import Decision, Patient

Kind = Decision.Kind


def sentence_for(
    patient: Patient, kind: str, *, check_on: date | None, visit_by: date | None, step: str = ""
) -> str:
    """What happens next, and when. Stepping down without a step leads out of the steps."""
    with translation.override(patient.language):
        day = date_format(check_on) if check_on else ""
        visit = date_format(visit_by) if visit_by else ""
        parts = [_sentences(step).get(kind, "")]
        if visit:
            parts.append(_("We need to find a time for your visit by %(day)s.") % {"day": visit})
        elif day:
            parts.append(_("We will look again on %(day)s.") % {"day": day})
        return " ".join(part for part in parts if part)


def _sentences(step: str) -> dict[str, str]:
    looked = _("Your care team has looked at your answers.")
    go_on = _("Please keep going with your plan.")
    return {
        Kind.CONTINUE: f"{looked} {go_on}",
        Kind.EXTEND: f"{looked} {_('You have more time on this step.')} {go_on}",
        Kind.CHANGE: f"{looked} {_('Your plan changes a little. They will tell you how.')}",
        Kind.STEP_UP: f"{looked} {_('They add more help to your plan: %(step)s.') % {'step': step}}",
        Kind.STEP_DOWN: f"{_('You are ready for a lighter plan.')} {step + '.' if step else _out()}",
        Kind.REASSESS: f"{looked} {_('They would like to see you and plan the next step with you.')}",
        Kind.NOT_RELEVANT: "",
    }


def _out() -> str:
    return _(
        "You can do without a step for now. If your pain comes back, tell us, and we look again."
    )
