from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.one_line import OneLineField
from scheduling.rules.phone_number import e164


class TextsForm(forms.Form):
    """A number, and that texts are wanted there."""

    phone = OneLineField(
        label=_("Your cell phone number"),
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    agrees = forms.BooleanField(
        label=_("Yes, send me text messages about my visits."),
        error_messages={"required": _("Tick this if you want text messages.")},
    )

    def clean_phone(self) -> str:
        number = e164(self.cleaned_data["phone"])
        if number is None:
            raise ValidationError(_("Write the whole number, such as 212 555 0142."))
        return number
