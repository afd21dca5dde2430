from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.one_line import NumberField, OneLineField
from patients.bounds import PLANNED
from patients.fields import day_field
from patients.models import Patient
from patients.queries.records import PatientQuerySet
from scheduling.models import Referral, VisitType
from scheduling.referrals.actions import Authorised


class ReferralForm(forms.Form):
    """For whom VA was asked."""

    patient = NumberField(label=_("Record number of the patient"), max_length=40)
    number = OneLineField(label=_("VA's number, if there is one"), max_length=40, required=False)

    def __init__(self, *args: Any, patients: PatientQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.patients = patients

    def clean_patient(self) -> Patient:
        found = self.patients.numbered(self.cleaned_data["patient"]).first()
        if found is None:
            raise ValidationError(_("No patient of this clinic has this record number."))
        return found


class AuthoriseForm(forms.Form):
    """What VA allowed."""

    starts_on = day_field(PLANNED, label=_("First day"))
    ends_on = day_field(PLANNED, label=_("Last day"))
    visits_allowed = forms.IntegerField(label=_("Visits allowed"), min_value=1, max_value=999)
    covers = forms.MultipleChoiceField(
        label=_("What are they for?"),
        choices=VisitType.Purpose,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Tick what VA names. Nothing ticked: VA named nothing, any visit may count."),
    )
    seoc = OneLineField(
        label=_("Episode of care (SEOC), if VA named one"),
        max_length=120,
        required=False,
        help_text=_("As it stands on the referral. More visits are asked for by this name."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("starts_on"), data.get("ends_on")
        if first is not None and last is not None and first > last:
            self.add_error("ends_on", _("The last day must not come before the first day."))
        return data

    @property
    def authorised(self) -> Authorised:
        chosen = self.cleaned_data
        days = chosen["starts_on"], chosen["ends_on"]
        covers = tuple(chosen["covers"])
        return Authorised(days, chosen["visits_allowed"], covers, chosen["seoc"])


class CloseReferralForm(forms.Form):
    closing = forms.ChoiceField(
        label=_("Why it ends"),
        choices=[one for one in Referral.Closing.choices if one[0] != Referral.Closing.RENEWED],
        widget=forms.RadioSelect,
    )
