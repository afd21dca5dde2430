"""The questions of one page, and the activities that a patient names."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.one_line import OneLineField
from patients.fields import ScoreField
from patients.questionnaires.asking import AskedQuestion, Asking, Sheet

TICKED, NONE = "ticked", "none"


class SheetForm(forms.Form):
    """All questions of a page, under the keys of their items; sentences to tick are one field."""

    submission_id = forms.UUIDField(widget=forms.HiddenInput)
    sealed = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, sheet: Sheet, initial: dict[str, Any], **kwargs: Any) -> None:
        kept = {key: value for each in sheet.askings for key, value in _kept(each, sheet).items()}
        kwargs["initial"] = {**kept, **initial}
        super().__init__(*args, **kwargs)
        self.sheet = sheet
        for asking in sheet.askings:
            self.fields.update(_fields(asking))

    @property
    def parts(self) -> list[tuple[Asking, list[forms.BoundField]]]:
        """Each questionnaire with its fields, as they stand on the page."""
        return [(each, [self[name] for name in _fields(each)]) for each in self.sheet.askings]

    def clean(self) -> None:
        for asking in self.sheet.askings:
            if asking.may_skip:
                self._want_two(asking)
            if asking.is_ticked:
                self._want_ticks_or_none()

    def _want_two(self, asking: Asking) -> None:
        given = [self.cleaned_data.get(each.key) for each in asking.questions]
        if given.count(None) > 1:
            left_out = asking.questions[given.index(None)]
            self.add_error(left_out.key, _("Choose a number for at least two activities"))

    def _want_ticks_or_none(self) -> None:
        """A list that was sent by mistake is no score of zero."""
        ticked, none = bool(self.cleaned_data.get(TICKED)), self.cleaned_data.get(NONE)
        if ticked and none:
            self.add_error(
                NONE, _("You ticked sentences, and that none is true. Clear what is not right")
            )
        elif not ticked and not none and TICKED not in self.errors:
            self.add_error(NONE, _("Tick the sentences that are true, or tick that none is"))

    def answers(self, asking: Asking) -> dict[str, Any]:
        """By item, in the order asked; None where left out."""
        given = self.cleaned_data
        if asking.is_ticked:
            ticked = given.get(TICKED, [])
            return {each.key: each.key in ticked for each in asking.questions}
        return {each.key: given.get(each.key) for each in asking.questions}


def _kept(asking: Asking, sheet: Sheet) -> dict[str, Any]:
    kept = sheet.answers.get(asking.key, {})
    return {TICKED: [key for key, on in kept.items() if on]} if asking.is_ticked else kept


def _fields(asking: Asking) -> dict[str, forms.Field]:
    if asking.is_ticked:
        return {TICKED: _ticks(asking), NONE: _none()}
    return {each.key: _field(each, required=not asking.may_skip) for each in asking.questions}


def _field(question: AskedQuestion, *, required: bool) -> forms.Field:
    if question.choices:
        return _one_of(question)
    return ScoreField(label=question.text, low=question.low, high=question.high, required=required)


def _ticks(asking: Asking) -> forms.Field:
    """A sentence is ticked or left blank: never yes or no (docs/clinical-safety.md)."""
    return forms.MultipleChoiceField(
        label=_("What is true of me today"),
        choices=[(each.key, each.text) for each in asking.questions],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


def _none() -> forms.Field:
    return forms.BooleanField(label=_("None of these describes me today"), required=False)


def _one_of(question: AskedQuestion) -> forms.Field:
    """Cleans to the place of the sentence, from 1."""
    return forms.TypedChoiceField(
        label=question.text,
        choices=list(enumerate(question.choices, start=1)),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose one answer"),
            "invalid_choice": _("Choose one answer"),
        },
    )


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
