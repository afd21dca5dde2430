from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.one_line import OneLineField


class StatementForm(forms.Form):
    """Whether one criterion holds, in a clinician's own name."""

    key = forms.SlugField(max_length=60, widget=forms.HiddenInput)
    holds = forms.TypedChoiceField(
        label=_("Does this hold?"),
        choices=[("yes", _("It holds")), ("no", _("It does not hold"))],
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether it holds.")},
    )
    words = OneLineField(label=_("In a few words"), max_length=500, required=False)
