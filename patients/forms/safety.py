from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from pathway.models import Protocol, SafetyLevel, SafetyQuestion


class SafetyForm(forms.Form):
    """The safety questions that cannot wait; what is true is ticked, nothing else is claimed."""

    alarms = forms.MultipleChoiceField(
        label=_("Is any of this true? Tick what is."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Tick what is true. If nothing is, go back: there is nothing to send.")
        },
    )
    submission_id = forms.UUIDField(widget=forms.HiddenInput)
    sealed = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, protocol: Protocol, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        urgent = protocol.safety_questions.exclude(level=SafetyLevel.ROUTINE)
        self.questions = list(urgent.select_related("protocol").in_order())
        asked = [(question.key, question.text) for question in self.questions]
        self.fields["alarms"].choices = asked  # type: ignore[attr-defined]

    @cached_property
    def alarmed(self) -> list[SafetyQuestion]:
        """What was ticked."""
        ticked = self.cleaned_data["alarms"]
        return [question for question in self.questions if question.key in ticked]
