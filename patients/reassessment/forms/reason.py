from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.one_line import OneLineField


class ReasonForm(forms.Form):
    """Why something is undone."""

    reason = OneLineField(
        label=_("Why?"),
        max_length=300,
        error_messages={"required": _("Say why. It stays in the history.")},
    )
