"""Risk facts, changed after the intake, by the patient or by a clinician."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pathway.models import Protocol
from patients.models import Patient, RiskFactAnswer


class RiskFactsForm(forms.Form):
    """What is true is ticked, as it was told last; no tick is a no."""

    facts = forms.MultipleChoiceField(
        label=_("Tick what is true."), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args: Any, protocol: Protocol, patient: Patient, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["facts"] = sorted(RiskFactAnswer.objects.true_of(patient.pk))
        self.asked = list(protocol.risk_facts.in_order())
        texts = [(fact.key, fact.text) for fact in self.asked]
        self.fields["facts"].choices = texts  # type: ignore[attr-defined]

    @property
    def true(self) -> list[str]:
        ticked: list[str] = self.cleaned_data["facts"]
        return ticked
