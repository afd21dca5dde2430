from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class ReasonForm(forms.Form):
    """Why something is undone."""

    reason = forms.CharField(
        label=_("Why?"),
        max_length=300,
        error_messages={"required": _("Say why. It stays in the history.")},
    )
