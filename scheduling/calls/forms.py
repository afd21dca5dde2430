"""A log that somebody at the desk writes down for a patient on the phone, question by question."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from patients.fields import ScoreField
from patients.logs.actions.log import LogEntry

YES, NO = "yes", "no"


class PhoneLogForm(forms.Form):
    """Today's pain, and every safety question with a yes or a no of its own."""

    average_pain = ScoreField(
        label=_("On average, how bad has your pain been today?"),
        low=_("no pain"),
        high=_("worst pain imaginable"),
    )
    interference = ScoreField(
        label=_("How much did pain get in the way of your day?"),
        low=_("not at all"),
        high=_("completely"),
        required=False,
    )
    submission_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, questions: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["submission_id"] = uuid4
        self.questions = list(questions)
        for question in self.questions:
            self.fields[f"safety_{question.key}"] = forms.ChoiceField(
                label=question.text,
                choices=[(NO, _("No")), (YES, _("Yes"))],
                widget=forms.RadioSelect(attrs={"class": "segments"}),
                error_messages={"required": _("Ask this question too.")},
            )

    @cached_property
    def alarmed(self) -> list[Any]:
        """Those answered with yes; known also when another answer is missing."""
        said = self.cleaned_data
        return [each for each in self.questions if said.get(f"safety_{each.key}") == YES]

    def entry(self, today: date) -> LogEntry:
        return LogEntry(
            average_pain=self.cleaned_data["average_pain"],
            interference=self.cleaned_data["interference"],
            local_date=today,
            nothing_new=not self.alarmed,
        )
