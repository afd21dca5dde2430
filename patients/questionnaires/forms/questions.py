"""One question of a questionnaire, and the activities that a patient names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.one_line import OneLineField
from patients.fields import ScoreField


class QuestionForm(forms.Form):
    """One question: tiles between two anchors, a choice of sentences, or a box to tick."""

    answer = forms.Field()
    then = forms.ChoiceField(choices=[("check", "check")], required=False, widget=forms.HiddenInput)
    sealed = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, field: forms.Field, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"] = field


def tiles(low: str, high: str) -> forms.Field:
    """0 to 10."""
    return ScoreField(label="", low=low, high=high)


def tick() -> forms.Field:
    """A sentence is ticked or left blank: never yes or no (docs/clinical-safety.md)."""
    widget = forms.CheckboxInput(attrs={"aria-describedby": "sentence"})
    return forms.BooleanField(label=_("This describes me today"), required=False, widget=widget)


def one_of(choices: Sequence[str]) -> forms.Field:
    """Cleans to the place of the sentence, from 1."""
    return forms.TypedChoiceField(
        label="",
        choices=list(enumerate(choices, start=1)),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose one answer"),
            "invalid_choice": _("Choose one answer"),
        },
    )


class SendForm(forms.Form):
    """What is sent is kept already; the id says which form it was, so that it is sent once."""

    submission_id = forms.UUIDField(widget=forms.HiddenInput)
    sealed = forms.CharField(widget=forms.HiddenInput, required=False)


class ActivitiesForm(forms.Form):
    """One to three things that matter, in the patient's own words."""

    first = OneLineField(
        label=_("First activity"),
        help_text=_("For example: walk to the shop, lift my grandchild, sleep through the night."),
        max_length=120,
        error_messages={"required": _("Name one activity")},
    )
    second = OneLineField(label=_("Second activity"), max_length=120, required=False)
    third = OneLineField(label=_("Third activity"), max_length=120, required=False)
    sealed = forms.CharField(widget=forms.HiddenInput, required=False)

    @property
    def wordings(self) -> list[str]:
        named = (self.cleaned_data[name] for name in ("first", "second", "third"))
        return [wording for wording in named if wording]
