from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.one_line import OneLineField
from patients.models import Letter


class LetterForm(forms.Form):
    """The words of a draft."""

    addressee = OneLineField(
        label=_("To"),
        max_length=200,
        required=False,
        help_text=_("The name and place of the practice. It is not in the record: type it."),
    )
    text = forms.CharField(
        label=_("The letter, as plain text"),
        widget=forms.Textarea(attrs={"rows": 30}),
        error_messages={"required": _("Write the letter, or write it anew from the record.")},
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind == Letter.Kind.PATIENT:
            del self.fields["addressee"]

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        return text.replace("\r\n", "\n")
