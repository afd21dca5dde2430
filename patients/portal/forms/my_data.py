from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.one_line import OneLineField
from accounts.zones import zone_choices
from patients.models import ClosureRequest, Patient


class ContactForm(forms.Form):
    phone = OneLineField(
        label=_("Phone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    reach = forms.ChoiceField(
        label=_("How should we reach you first?"),
        choices=[("phone", _("Call me")), ("email", _("E-mail me"))],
        widget=forms.RadioSelect,
        required=False,
    )
    shown_as = forms.ChoiceField(
        label=_("Name in our e-mails"),
        help_text=_("If more people use your e-mail, you see who it is for."),
        choices=Patient.ShownAs.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    sealed = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("reach") == Patient.Reach.PHONE and not cleaned.get("phone"):
            self.add_error("phone", _("Give a number that we can call"))
        return cleaned


class PlaceForm(forms.Form):
    address = OneLineField(
        label=_("Address"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        help_text=_("Your days and reminders go by its clock."),
    )
    sealed = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].choices = zone_choices(zone)  # type: ignore[attr-defined]


class CloseAccountForm(forms.Form):
    reason = forms.CharField(
        label=_("Is there something that we should know?"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    sealed = forms.CharField(widget=forms.HiddenInput, required=False)


class SettleClosureForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=ClosureRequest.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the outcome.")},
    )
    note = forms.CharField(
        label=_("Note"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
