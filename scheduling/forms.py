from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from accounts.models import Clinic, Membership
from accounts.one_line import NumberField, OneLineField
from patients.bounds import PLANNED
from patients.fields import day_field
from patients.models import Patient
from patients.queries.records import PatientQuerySet
from scheduling import slots
from scheduling.models import AvailabilityException, Consultation, Referral
from scheduling.models.availability import POSSIBLE_MINUTES
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


def _time(label: Any, **options: Any) -> forms.TimeField:
    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    return forms.TimeField(label=label, widget=widget, **options)


class ClinicianForm(forms.Form):
    """Something about a clinician of this clinic, between two times of a day."""

    membership = forms.ModelChoiceField(
        label=_("Clinician"), queryset=Membership.objects.none(), empty_label=None
    )
    starts = _time(_("From"))
    ends = _time(_("To"))
    room = OneLineField(label=_("Room"), max_length=60, help_text=_("A new name adds a room."))
    slot_minutes = forms.IntegerField(
        label=_("Minutes for one visit"),
        min_value=POSSIBLE_MINUTES[0],
        max_value=POSSIBLE_MINUTES[1],
    )

    def __init__(self, *args: Any, clinic: Clinic, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        staff = clinic.memberships.current().filter(role=Membership.Role.CLINICIAN)
        field = cast("forms.ModelChoiceField[Membership]", self.fields["membership"])
        field.queryset = staff.select_related("user").order_by("user__name")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        starts, ends = data.get("starts"), data.get("ends")
        if starts is not None and ends is not None and starts >= ends:
            self.add_error("ends", _("The end must come after the start."))
        return data


class HoursForm(ClinicianForm):
    weekdays = forms.TypedMultipleChoiceField(
        label=_("On"),
        choices=list(WEEKDAYS.items()),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one day.")},
    )
    from_on = day_field(PLANNED, label=_("First day"))
    until_on = day_field(
        PLANNED, label=_("Last day"), required=False, help_text=_("Leave empty if there is no end.")
    )

    field_order = ["membership", "weekdays", "starts", "ends"]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        first, last = data.get("from_on"), data.get("until_on")
        if first is not None and last is not None and first > last:
            self.add_error("until_on", _("The last day must not come before the first day."))
        return data


class ExceptionForm(ClinicianForm):
    kind = forms.ChoiceField(
        label=_("What is different?"),
        choices=AvailabilityException.Kind,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose time off or extra hours.")},
    )
    date = day_field(PLANNED, label=_("Day"))
    starts = _time(_("From"), required=False, help_text=_("Leave empty for the whole day off."))
    ends = _time(_("To"), required=False)
    room = OneLineField(
        label=_("Room"), max_length=60, required=False, help_text=_("For extra hours.")
    )
    slot_minutes = forms.IntegerField(
        label=_("Minutes for one visit"),
        required=False,
        min_value=POSSIBLE_MINUTES[0],
        max_value=POSSIBLE_MINUTES[1],
        help_text=_("For extra hours."),
    )
    reason = OneLineField(
        label=_("Note for the team"),
        max_length=200,
        required=False,
        help_text=_("Such as “meeting”. Do not name patients."),
    )

    field_order = ["membership", "kind", "date"]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        is_extra = data.get("kind") == AvailabilityException.Kind.EXTRA
        if is_extra:
            self._need("starts", "ends", "room", "slot_minutes")
        elif (data.get("starts") is None) != (data.get("ends") is None):
            self.add_error("ends", _("Give both times, or none for the whole day."))
        else:
            data |= {"room": "", "slot_minutes": None}
        return data

    def _need(self, *names: str) -> None:
        for name in names:
            if self.cleaned_data.get(name) in (None, "") and name not in self.errors:
                self.add_error(name, _("Needed for extra hours."))


class ReferralForm(forms.Form):
    """For whom VA was asked."""

    patient = NumberField(label=_("Record number of the patient"), max_length=40)
    number = OneLineField(label=_("VA's number, if there is one"), max_length=40, required=False)

    def __init__(self, *args: Any, patients: PatientQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.patients = patients

    def clean_patient(self) -> Patient:
        found = self.patients.filter(number=self.cleaned_data["patient"].strip()).first()
        if found is None:
            raise ValidationError(_("No patient of this clinic has this record number."))
        return found


class AuthoriseForm(forms.Form):
    """What VA allowed."""

    starts_on = day_field(PLANNED, label=_("First day"))
    ends_on = day_field(PLANNED, label=_("Last day"))
    visits_allowed = forms.IntegerField(label=_("Visits allowed"), min_value=1, max_value=999)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("starts_on"), data.get("ends_on")
        if first is not None and last is not None and first > last:
            self.add_error("ends_on", _("The last day must not come before the first day."))
        return data

    @property
    def allowed(self) -> dict[str, Any]:
        chosen = self.cleaned_data
        days = chosen["starts_on"], chosen["ends_on"]
        return {"days": days, "visits_allowed": chosen["visits_allowed"]}


class CloseReferralForm(forms.Form):
    closing = forms.ChoiceField(
        label=_("Why it ends"),
        choices=[one for one in Referral.Closing.choices if one[0] != Referral.Closing.RENEWED],
        widget=forms.RadioSelect,
    )
