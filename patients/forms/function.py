"""Questions about daily life, each from 0 to 10, and the activities that a patient names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from patients.forms.fields import ScoreField


@dataclass(frozen=True)
class Asked:
    """One question in the words in which it is asked."""

    key: str
    text: str
    low: str
    high: str


class FunctionForm(forms.Form):
    """One questionnaire, once per rendered form. Three activities may have a gap; PEG has none."""

    submission_id = forms.UUIDField(widget=forms.HiddenInput)
    sealed = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, questions: Sequence[Asked], may_skip: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for one in questions:
            self.fields[one.key] = ScoreField(
                label=one.text, low=one.low, high=one.high, required=not may_skip
            )

    @property
    def answers(self) -> dict[str, int | None]:
        """By question, in the order asked; None where left out."""
        return {field.name: self.cleaned_data[field.name] for field in self.visible_fields()}

    @property
    def answered(self) -> list[tuple[forms.BoundField, int | None]]:
        """Each question with its answer, to be checked before sending."""
        return [(field, self.cleaned_data[field.name]) for field in self.visible_fields()]


class ActivitiesForm(forms.Form):
    """One to three things that matter, in the patient's own words."""

    first = forms.CharField(
        label=_("First activity"),
        help_text=_("For example: walk to the shop, lift my grandchild, sleep through the night."),
        max_length=120,
        error_messages={"required": _("Name one activity")},
    )
    second = forms.CharField(label=_("Second activity"), max_length=120, required=False)
    third = forms.CharField(label=_("Third activity"), max_length=120, required=False)
    sealed = forms.CharField(widget=forms.HiddenInput, required=False)

    @property
    def wordings(self) -> list[str]:
        named = (self.cleaned_data[name] for name in ("first", "second", "third"))
        return [wording for wording in named if wording]
