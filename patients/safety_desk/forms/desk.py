"""What is noted at the safety desk: a call, and what came of the answer. Nothing is preselected."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership
from accounts.queries import MembershipQuerySet
from patients.models import SafetyCall, SafetyOutcome
from patients.safety_desk.actions.outcomes import Found

Kind = SafetyOutcome.Kind


class CallForm(forms.Form):
    """One try to reach the patient."""

    prefix = "call"

    result = forms.ChoiceField(
        label=_("What came of the call"),
        choices=SafetyCall.Result.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what came of the call.")},
    )
    note = forms.CharField(
        label=_("Note"),
        help_text=_("For the team. What was said, and by whom."),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class OutcomeForm(forms.Form):
    """What came of the answer. One of the first three ends the hold."""

    prefix = "outcome"

    kind = forms.ChoiceField(
        label=_("Outcome"),
        choices=[choice for choice in Kind.choices if choice[0] != Kind.UNDONE],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what came of it.")},
    )
    handed_to = forms.ModelChoiceField(
        label=_("Next contact"),
        help_text=_("Only where the patient could not be reached."),
        queryset=Membership.objects.none(),
        required=False,
        empty_label=_("The clinic's next contact"),
    )
    note = forms.CharField(
        label=_("What was found, said and done"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say what was found, said and done.")},
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, colleagues: MembershipQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = colleagues.select_related("user").order_by("user__name")
        self.fields["handed_to"].queryset = named  # type: ignore[attr-defined]

    def found(self) -> Found:
        said = self.cleaned_data
        return Found(said["kind"], said["note"], said["handed_to"])

    @property
    def read_up_to(self) -> int:
        """The newest answer on the page that was sent; 0 is none."""
        return self.cleaned_data["seen"] or 0

    def read_again(self, newest: int) -> OutcomeForm:
        """The same words beside what has come since: the next sending has seen it."""
        self.data = {**self.data, self.add_prefix("seen"): str(newest)}
        return self
