from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Clinic
from accounts.one_line import NumberField, OneLineField
from patients.finding.folded import fold_number
from patients.models import Patient, TierTrial, Transfer
from patients.queries.records import PatientQuerySet


class OfferForm(forms.Form):
    """To which clinic, why, how the patient agreed, and what goes along."""

    to_clinic = forms.TypedChoiceField(
        label=_("To which clinic"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the clinic.")},
    )
    reason = OneLineField(
        label=_("Why"),
        max_length=300,
        help_text=_("The other clinic reads it, with name and date of birth, before it decides."),
        error_messages={"required": _("Say why, in one sentence.")},
    )
    agreed = forms.ChoiceField(
        label=_("How the patient agreed"),
        choices=Transfer.Agreed.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Ask the patient first, and say how they agreed.")},
    )
    parts = forms.MultipleChoiceField(
        label=_("What the patient agreed to send along"),
        choices=Transfer.Part.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The complaint and what stands for years go along in any case."),
    )

    def __init__(self, *args: Any, own: Clinic, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.others = {one.pk: one for one in Clinic.objects.exclude(pk=own.pk).order_by("name")}
        field: Any = self.fields["to_clinic"]
        field.choices = [(pk, str(one)) for pk, one in self.others.items()]

    @property
    def details(self) -> dict[str, Any]:
        said = {name: self.cleaned_data[name] for name in ("reason", "agreed", "parts")}
        return said | {"to_clinic": self.others[self.cleaned_data["to_clinic"]]}


class RejectForm(forms.Form):
    because = OneLineField(
        label=_("Why not"),
        max_length=300,
        help_text=_("The other clinic reads it."),
        error_messages={"required": _("Say why, so that the other clinic knows what to do.")},
    )


class AcceptForm(forms.Form):
    """A number for the record that begins here; or that of a record which is here already."""

    is_known = forms.TypedChoiceField(
        label=_("Their record here"),
        choices=[("no", _("Begin a new one")), ("yes", _("They are our patient already"))],
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )
    number = NumberField(
        label=_("Record number"),
        max_length=40,
        error_messages={"required": _("Give the record number.")},
    )

    def __init__(self, *args: Any, here: PatientQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.here = here
        self.known: Patient | None = None

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        number = said.get("number", "")
        if number and not fold_number(number):
            self.add_error("number", _("Give a number with letters or digits."))
        elif number and said.get("is_known"):
            self.known = self.here.numbered(number).first()
            if self.known is None:
                self.add_error("number", _("No patient of this clinic has this record number."))
        return said

    def say_number_taken(self) -> None:
        self.add_error("number", _("Another patient has this record number."))


class FinishForm(forms.Form):
    """How each step that runs went, as the clinician says."""

    def __init__(self, *args: Any, trials: list[TierTrial], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.trials = trials
        for trial in trials:
            self.fields[f"trial-{trial.pk}"] = forms.ChoiceField(
                label=_("%(tier)s: how it went") % {"tier": trial.tier},
                choices=TierTrial.Outcome.choices,
                widget=forms.RadioSelect,
                error_messages={"required": _("Say how it went.")},
            )

    @property
    def outcomes(self) -> dict[int, str]:
        return {trial.pk: self.cleaned_data[f"trial-{trial.pk}"] for trial in self.trials}
