from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from pathway.models import Protocol, SafetyQuestion
from patients.flags.questions import cannot_wait, questions_for


class SafetyForm(forms.Form):
    """The safety questions that cannot wait: what is true is ticked, or "none of this" is said."""

    alarms = forms.MultipleChoiceField(
        label=_("Is any of this new or worse? Tick what is true."),
        help_text=_("We keep a box without a tick as a no."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    none = forms.BooleanField(required=False)  # the page's second button
    submission_id = forms.UUIDField(widget=forms.HiddenInput)
    sealed = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, protocol: Protocol, about: str, after_injection: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        asked_of = questions_for(protocol, about, after_injection=after_injection)
        self.questions = list(cannot_wait(asked_of))
        asked = [(question.key, question.text) for question in self.questions]
        self.fields["alarms"].choices = asked  # type: ignore[attr-defined]

    def clean(self) -> None:
        """An empty form is no answer: it may have been sent by mistake."""
        if not self.cleaned_data.get("alarms") and not self.cleaned_data.get("none"):
            self.add_error("alarms", _("Tick what is true, or press “None of this is true”"))

    @cached_property
    def alarmed(self) -> list[SafetyQuestion]:
        """What was ticked."""
        ticked = self.cleaned_data.get("alarms", [])
        return [question for question in self.questions if question.key in ticked]

    @property
    def denied(self) -> list[SafetyQuestion]:
        """What was answered no."""
        return [question for question in self.questions if question not in self.alarmed]
