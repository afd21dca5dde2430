from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Clinic, Membership
from accounts.one_line import OneLineField
from patients.bounds import PLANNED
from patients.fields import day_field


class WhoForm(forms.Form):
    """What narrows the list; all of it may stay empty but the days."""

    q = OneLineField(
        label=_("Patient: name, record number, date of birth or phone"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    user = forms.TypedChoiceField(label=_("Person"), coerce=int, required=False, empty_value=None)
    first = day_field(PLANNED, label=_("From"), error_messages={"required": _("Give a day.")})
    last = day_field(PLANNED, label=_("To"), error_messages={"required": _("Give a day.")})
    emergency = forms.BooleanField(label=_("Emergency access only"), required=False)

    def __init__(self, *args: Any, clinic: Clinic, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Membership.objects.filter(clinic=clinic).order_by("user__name", "user")
        names = dict(people.values_list("user", "user__name"))
        self.fields["user"].choices = [("", _("Everybody")), *names.items()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and last and last < first:
            self.add_error("last", _("Give a last day that is not before the first."))
        return data


class SignForm(forms.Form):
    note = forms.CharField(
        label=_("What was asked, and what came of it"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
