"""The reassessment on one page: each answer can be saved by itself until it is finished."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from patients.bounds import HAPPENED
from patients.fields import day_field
from patients.models import OptionWeighed, Reassessment, SignSeen
from patients.record.forms.records import ROWS

YES_NO = (("yes", _("Yes")), ("no", _("No")))


def _yes(said: str) -> bool:
    return said == "yes"


def _said(value: bool | None) -> str:
    return "" if value is None else ("yes" if value else "no")


class ReassessmentForm(forms.ModelForm):  # type: ignore[type-arg]
    held_on = day_field(HAPPENED, label=_("Held on"))
    imaging_reviewed = forms.TypedChoiceField(
        label=_("Were the images looked at beside the symptoms?"),
        help_text=_("Image again only if it would change the care."),
        choices=YES_NO,
        coerce=_yes,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    imaging_note = forms.CharField(label=_("What they show"), required=False, widget=ROWS)
    function_note = forms.CharField(
        label=_("Function: what the patient can and cannot do"), required=False, widget=ROWS
    )
    goals = forms.CharField(
        label=_("Goals, in the patient's own words"), required=False, widget=ROWS
    )
    interest_disclosed = forms.CharField(
        label=_("What the clinic gains from any of these options, as the patient was told"),
        help_text=_("If it offers or earns from none of them, say so."),
        required=False,
        widget=ROWS,
    )
    shared_decision = forms.CharField(
        label=_("The decision that was made together, and why"), required=False, widget=ROWS
    )
    outcome: Any = forms.ModelChoiceField(
        label=_("Outcome"), queryset=None, empty_label="-", required=False
    )

    class Meta:
        model = Reassessment
        fields = (
            "held_on", "imaging_reviewed", "imaging_note", "function_note", "goals",
            "interest_disclosed", "shared_decision", "outcome",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held_on: Any = self.fields["held_on"]
        held_on.within(first=self.instance.episode.patient.birth_date)
        outcome: Any = self.fields["outcome"]
        outcome.queryset = self.instance.protocol.options.in_order()
        outcome.label_from_instance = lambda option: option.title
        self.initial["imaging_reviewed"] = _said(self.instance.imaging_reviewed)
        self.signs = list(self.instance.signs.select_related("sign").order_by("sign__position"))
        weighed = self.instance.options.select_related("option__protocol")
        self.options = list(weighed.order_by("option__position"))
        for sign in self.signs:
            self.fields[f"sign_{sign.pk}"] = self._sign(sign)
        for option in self.options:
            self.fields[f"option_{option.pk}"] = forms.BooleanField(
                label=_("Talked about"), required=False, initial=option.considered
            )
            self.fields[f"option_note_{option.pk}"] = forms.CharField(
                label=_("What was said"), max_length=300, required=False, initial=option.note
            )

    def _sign(self, sign: SignSeen) -> forms.TypedChoiceField:
        return forms.TypedChoiceField(
            label=_("Does the clinician confirm it?"),
            choices=YES_NO,
            coerce=_yes,
            empty_value=None,
            required=False,
            initial=_said(sign.confirmed),
            widget=forms.RadioSelect,
        )

    def clean(self) -> dict[str, Any]:
        """What must be there to finish is asked when it is finished."""
        return self.cleaned_data

    def sign_fields(self) -> Iterator[tuple[SignSeen, BoundField]]:
        for sign in self.signs:
            yield sign, self[f"sign_{sign.pk}"]

    def option_fields(self) -> Iterator[tuple[OptionWeighed, BoundField, BoundField]]:
        for option in self.options:
            yield option, self[f"option_{option.pk}"], self[f"option_note_{option.pk}"]

    def before_options(self) -> list[BoundField]:
        names = ("held_on", "imaging_reviewed", "imaging_note", "function_note", "goals")
        return [self[name] for name in names]

    def after_options(self) -> list[BoundField]:
        return [self[name] for name in ("interest_disclosed", "shared_decision", "outcome")]
