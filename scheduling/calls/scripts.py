"""What to say on the phone, in the patient's language: nothing about health to whoever picks up."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from patients.models import Patient

SCRIPTS: dict[str, str | Promise] = {
    "silence": gettext_lazy(
        "We have not had a log from you for a while. How are you? I can write one down for you now."
    ),
    "missed": gettext_lazy(
        "You had a visit with us and could not come. Are you well? Shall we find another time?"
    ),
    "another": gettext_lazy("You asked for another time for your visit. Which days suit you?"),
    "expired": gettext_lazy(
        "We kept a time for a visit for you, and it has run out. Would another time suit you?"
    ),
    "unreached": gettext_lazy(
        "One of our messages did not reach you. May I tell you about your visit? Is your e-mail"
        " address still the same?"
    ),
    "address": gettext_lazy(
        "One of our e-mails did not reach you. Is your e-mail address still the same?"
    ),
    "invitation": gettext_lazy(
        "We sent you an e-mail so that you can join us online. Did it come? Would you like to take part?"
    ),
}


def script_for(kind: str, patient: Patient) -> list[str]:
    """First to whoever answers, then to the patient."""
    with override(patient.language):
        hello = _("Hello, may I speak with %(name)s, please?") % {"name": patient.name}
        who = _("This is %(clinic)s.") % {"clinic": patient.clinic.name}
        return [hello, f"{who} {SCRIPTS[kind]}"]
