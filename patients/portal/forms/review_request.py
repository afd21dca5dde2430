from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class ReviewForm(forms.Form):
    """A patient asks for a review of their care."""

    reason = forms.CharField(
        label=_("What would you like us to look at?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=300,
        required=False,
        error_messages={"max_length": _("Write at most 300 characters")},
    )
    sealed = forms.CharField(widget=forms.HiddenInput, required=False)
