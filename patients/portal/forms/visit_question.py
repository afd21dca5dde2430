from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class VisitQuestionForm(forms.Form):
    """The one thing that the patient most wants to talk about."""

    question = forms.CharField(
        label=_("What do you most want to ask or talk about?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=300,
        error_messages={
            "required": _("Write your question"),
            "max_length": _("Write at most 300 characters"),
        },
    )
    sealed = forms.CharField(widget=forms.HiddenInput, required=False)
