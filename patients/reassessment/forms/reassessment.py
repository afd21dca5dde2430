"""All questions of a reassessment as one form; what was typed into one is read by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from patients.bounds import HAPPENED
from patients.fields import day_field
from patients.models import OptionWeighed, Reassessment, SignSeen
from patients.reassessment.questions import NO, YES, Question, Said, as_text
from patients.record.forms.records import ROWS
from patients.review.ceiling import CeilingSeen

YES_NO = ((YES, _("Yes")), (NO, _("No")))
MOST_DIGITS = 9


def _text(label: Any, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, widget=ROWS, **options)


def _yes_no(label: Any, **options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=YES_NO, required=False, widget=forms.RadioSelect, **options
    )


class ReassessmentForm(forms.Form):
    """Nothing is required: what must be there to finish is asked when it is finished."""

    held_on = day_field(HAPPENED, label=_("Held on"))
    imaging_reviewed = _yes_no(
        _("Were the images looked at together with the symptoms?"),
        help_text=_("Image again only if it would change the care."),
    )
    imaging_note = _text(_("What they show"))
    function_note = _text(_("Function: what the patient can and cannot do"))
    goals = _text(_("Goals, in the patient's own words"))
    interest_disclosed = _text(
        _("What the clinic gains from any of these options, as the patient was told"),
        help_text=_("If it neither offers nor earns from any of them, say so."),
    )
    shared_decision = _text(_("The decision that was made together, and why"))
    outcome: Any = forms.ModelChoiceField(
        label=_("Outcome"), queryset=None, to_field_name="key", empty_label="-", required=False
    )

    def __init__(
        self,
        data: Any = None,
        *,
        questions: Mapping[str, Question],
        signs: Mapping[str, CeilingSeen],
        reassessment: Reassessment,
        today: Any,
    ) -> None:
        """`signs` as the data show them now."""
        super().__init__(data)
        self.questions, self.signs = questions, signs
        held_on: Any = self.fields["held_on"]
        held_on.within(first=reassessment.episode.patient.birth_date, last=today)
        outcome: Any = self.fields["outcome"]
        outcome.queryset = reassessment.protocol.options.in_order()
        outcome.label_from_instance = lambda option: option.title
        for question in questions.values():
            self._ask(question)

    def _ask(self, question: Question) -> None:
        row = question.row
        if isinstance(row, SignSeen):
            self.fields[question.fields["confirmed"]] = _yes_no(_("Do you confirm it?"))
        elif isinstance(row, OptionWeighed):
            label = _("Talked about")
            self.fields[question.fields["considered"]] = forms.BooleanField(
                label=label, required=False
            )
            self.fields[question.fields["note"]] = _text(_("What was said"))
        if question.is_needed:  # only the first: the others say more of it
            first: Any = self.fields[next(iter(question.fields.values()))]
            first.is_needed = True
        for column, text in question.said.items():
            self.initial[question.fields[column]] = text == YES if column == "considered" else text

    def bound(self, question: Question) -> list[BoundField]:
        return [self[name] for name in question.fields.values()]

    def error(self, question: Question) -> str:
        """What keeps this question from being saved, or ""."""
        for name in question.fields.values():
            for error in self.errors.get(name, []):
                return str(error)
        return ""

    def said(self, question: Question) -> dict[str, str]:
        """What was typed; a sign is answered with the numbers that it was read from."""
        self.is_valid()
        said = {
            column: as_text(self.cleaned_data.get(name)).replace("\r\n", "\n")
            for column, name in question.fields.items()
        }
        row = question.row
        if isinstance(row, SignSeen) and said["confirmed"]:
            seen = self.signs[row.sign.key]
            said |= {"found": as_text(seen.found), "basis": seen.basis}
        return said

    def sees(self, question: Question) -> bool:
        """Whether the page showed the numbers of today, where it showed some."""
        row = question.row
        if not isinstance(row, SignSeen) or not self.said(question)["confirmed"]:
            return True
        return self.data.get(f"basis-{question.key}") == self.signs[row.sign.key].basis

    def was_asked(self, question: Question) -> bool:
        """Whether it stood on the page that this was sent from: what did not is not taken for empty."""
        return f"seen-{question.key}" in self.data

    def seen(self, question: Question) -> int:
        """The version that stood on the page from which this was sent; 0 where it says none."""
        text = self.data.get(f"seen-{question.key}", "")
        fits = text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
        return int(text) if fits else 0


def typed(form: ReassessmentForm, question: Question, before: Said) -> bool:
    """Whether the writer changed what the page had shown."""
    said = form.said(question)
    return any(said[column] != before.get(column, "") for column in question.fields)
