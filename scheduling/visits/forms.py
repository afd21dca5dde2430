from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Clinic
from scheduling import slots
from scheduling.models import Consultation
from scheduling.rules.hours import Slot


class SlotForm(forms.Form):
    """The time that somebody pressed: each free time is a button named `slot`."""

    slot = forms.CharField(
        widget=forms.HiddenInput, error_messages={"required": _("Choose a time.")}
    )

    def __init__(self, *args: Any, clinic: Clinic, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.clinic = clinic

    def clean_slot(self) -> Slot:
        slot = slots.find(self.clinic, self.cleaned_data["slot"])
        if slot is None:
            raise ValidationError(_("This time is no longer offered. Choose another time."))
        return slot


class CancelForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Why is the visit cancelled?"),
        choices=Consultation.Reason,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a reason.")},
    )
