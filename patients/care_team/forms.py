from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Clinic, Membership
from accounts.one_line import NumberField
from accounts.queries import MembershipQuerySet
from patients.bounds import HAPPENED, PLANNED
from patients.fields import day_field


def clinicians(clinic: Clinic) -> MembershipQuerySet:
    """Who treats people in this clinic now, by name."""
    working = Membership.objects.current().filter(clinic=clinic, role=Membership.Role.CLINICIAN)
    return working.select_related("user").order_by("user__name")


class MemberForm(forms.Form):
    membership = forms.ModelChoiceField(
        label=_("Clinician"),
        queryset=Membership.objects.none(),
        empty_label="-",
        error_messages={"required": _("Choose a clinician.")},
    )

    def __init__(self, *args: Any, clinic: Clinic, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["membership"].queryset = clinicians(clinic)  # type: ignore[attr-defined]


class CoverForm(MemberForm):
    """Who stands in, from the morning of one day to the end of another, in the clinic's days."""

    first = day_field(
        PLANNED, label=_("First day"), error_messages={"required": _("Give the first day.")}
    )
    last = day_field(
        PLANNED, label=_("Last day"), error_messages={"required": _("Give the last day.")}
    )

    def __init__(
        self, *args: Any, clinic: Clinic, absent: Membership | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, clinic=clinic, **kwargs)
        self.clinic = clinic
        self.fields["membership"].label = _("Who stands in")
        if absent is None:
            self.fields["absent"] = forms.ModelChoiceField(
                label=_("Who is away"),
                queryset=clinicians(clinic),
                empty_label="-",
                error_messages={"required": _("Choose who is away.")},
            )
            self.order_fields(["absent", "membership", "first", "last"])
        self.absent = absent

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        cleaned["absent"] = cleaned.get("absent") or self.absent
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", _("Give a last day that is not before the first."))
        if cleaned["absent"] and cleaned["absent"] == cleaned.get("membership"):
            self.add_error("membership", _("Choose somebody else to stand in."))
        return cleaned

    @property
    def period(self) -> tuple[datetime, datetime]:
        zone = self.clinic.zone
        first = datetime.combine(self.cleaned_data["first"], time(0), zone)
        return first, datetime.combine(self.cleaned_data["last"] + timedelta(days=1), time(0), zone)


class FindForm(forms.Form):
    """Both must match exactly, so that nobody can browse records that are not theirs."""

    number = NumberField(
        label=_("Record number"),
        max_length=40,
        error_messages={"required": _("Give the whole record number.")},
    )
    birth_date = day_field(
        HAPPENED,
        label=_("Date of birth"),
        error_messages={"required": _("Give the date of birth.")},
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Why you need this record now"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say why you need this record.")},
    )


class SettingsForm(forms.Form):
    next_alert_email = forms.EmailField(
        label=_("Who is told if nobody takes on a safety answer in time"),
        help_text=_("If empty, the first contact is told again. The message names no patient."),
        required=False,
    )
