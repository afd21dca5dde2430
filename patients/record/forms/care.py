from __future__ import annotations

from copy import deepcopy
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.one_line import NumberField, OneLineField
from pathway.models import Condition, Protocol
from patients.bounds import HAPPENED
from patients.fields import day_field
from patients.finding.folded import fold_number
from patients.models import Episode, Patient
from patients.queries.records import PatientQuerySet


class SharedAddress(forms.ModelForm):  # type: ignore[type-arg]
    """Where another patient has the e-mail, somebody has to say that the two share it: else a slip of the
    pen shows one of them the other's record."""

    shares_email = forms.BooleanField(
        label=_("Yes, they share one e-mail and sign in together"), required=False
    )

    def __init__(self, *args: Any, patients: PatientQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.patients = patients
        if "shares_email" not in self.data:
            del self.fields["shares_email"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        is_said = data.pop("shares_email", False)
        email, number = data.get("email"), data.get("number")
        if email and not is_said and "email" in self.changed_data:
            self._ask_about(self.patients.reached_at(email).exclude(number=number))
        return data

    def _ask_about(self, others: PatientQuerySet) -> None:
        if names := ", ".join(map(str, others.order_by("name")[:3])):
            self.fields["shares_email"] = deepcopy(self.base_fields["shares_email"])
            words = _("%(names)s has this e-mail. Correct it, or say below that they share it.")
            self.add_error("email", words % {"names": names})


class RegisterForm(SharedAddress):
    """A new patient; the invitation goes to the e-mail."""

    birth_date = day_field(
        HAPPENED,
        label=_("Date of birth"),
        error_messages=dict.fromkeys(
            ("too_early", "too_late"), _("Give a date of birth in the past.")
        ),
    )

    class Meta:
        model = Patient
        fields = ("name", "birth_date", "sex", "number", "email", "phone", "language")
        field_classes = {"name": OneLineField, "number": NumberField, "phone": OneLineField}
        labels = {
            "sex": _("Sex"),
            "number": _("Record number"),
            "email": _("E-mail"),
            "phone": _("Phone"),
            "language": _("Language"),
        }

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["birth_date"].within(last=today)  # type: ignore[attr-defined]
        self.fields["email"].required = True
        self.order_fields(self.Meta.fields)

    def clean_number(self) -> str:
        number: str = self.cleaned_data["number"]
        if not fold_number(number):
            raise forms.ValidationError(_("Give a number with letters or digits."))
        return number

    def say_number_taken(self) -> None:
        self.add_error("number", _("Another patient has this record number."))

    def say_clinics_zone_is_unknown(self) -> None:
        self.add_error(
            None, _("The clinic's time zone is not known. Nothing is saved. Ask support.")
        )


class StepForm(forms.Form):
    """A step and why, confirmed by a clinician."""

    level = forms.TypedChoiceField(label=_("Start at tier"), coerce=int)
    usual_pain = forms.IntegerField(
        label=_("Usual pain in the last 4 weeks"),
        help_text=_("0 to 10; leave empty if it was not asked."),
        min_value=0,
        max_value=10,
        required=False,
    )
    reason = forms.CharField(
        label=_("Why this step, in words that the patient will read"),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, protocol: Protocol, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tiers = [(tier.level, str(tier)) for tier in protocol.tiers.in_order()]
        self.fields["level"].choices = [("", "-"), *tiers]  # type: ignore[attr-defined]


class CareForm(StepForm):
    """A complaint and its first tier, confirmed by a clinician."""

    field_order = ("condition", "region", "radiating", "onset_on", "level", "usual_pain", "reason")
    condition = forms.ModelChoiceField(
        label=_("Condition"), queryset=Condition.objects.none(), empty_label="-"
    )
    region = forms.ChoiceField(label=_("Where"), choices=Episode.Region, widget=forms.RadioSelect)
    radiating = forms.BooleanField(label=_("With symptoms in an arm or a leg"), required=False)
    onset_on = day_field(HAPPENED, label=_("Since when"))

    def __init__(
        self, *args: Any, protocol: Protocol, born: date, today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, protocol=protocol, **kwargs)
        self.fields["onset_on"].within(first=born, last=today)  # type: ignore[attr-defined]
        self.fields["condition"].queryset = protocol.conditions.in_order()  # type: ignore[attr-defined]
        self.fields["condition"].label_from_instance = lambda row: row.title  # type: ignore[attr-defined]
