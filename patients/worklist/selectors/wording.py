"""The sentence that a patient reads about a decision, before a clinician edits it.

Calm, no blame, no promise (docs/rules.md, clinical sources); in the patient's language.
"""

from __future__ import annotations

from datetime import date

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.languages import spoken
from patients.models import TRAITS, Decision, Patient


def sentence_for(
    patient: Patient, kind: str, *, check_on: date | None, visit_by: date | None, step: str = ""
) -> str:
    """What happens next, and when. Stepping down without a step leads out of the steps."""
    with translation.override(spoken(patient.language)):
        day = date_format(check_on) if check_on else ""
        visit = date_format(visit_by) if visit_by else ""
        parts = [_about(kind, step)]
        if visit:
            parts.append(_("We need to find a time for your visit by %(day)s.") % {"day": visit})
        elif day:
            parts.append(_("Your next check is on %(day)s.") % {"day": day})
        return " ".join(part for part in parts if part)


def _about(kind: str, step: str) -> str:
    if kind == Decision.Kind.STEP_DOWN:
        step = f"{step}." if step else _out()
    return " ".join(str(sentence) for sentence in TRAITS[kind].says) % {"step": step}


def _out() -> str:
    return _(
        "You do not need a step for now. If your pain comes back, tell us. We will look again."
    )
