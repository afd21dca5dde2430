"""The pages of an intake: one thing a page, each a small form that knows what it tells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts import resume_form
from pathway.models import Protocol, SafetyLevel
from patients.bounds import HAPPENED
from patients.fields import ScoreField, Words, day_field
from patients.flags.questions import questions_for
from patients.intake.actions import Risks, Screen
from patients.logs.forms.log import NO_PAIN, WORST_PAIN
from patients.models import Episode, Patient

NONE = "none"
NOT_PROVIDED = _("Not provided")


@dataclass(frozen=True)
class Setting:
    """Whose intake it is, under which protocol, and the clinic's day."""

    patient: Patient
    protocol: Protocol
    today: date


class PageForm(forms.Form):
    """One page. `answers` is what is kept of it; bound to that again, it is the same page."""

    sealed = forms.CharField(widget=forms.HiddenInput, required=False)

    hint: Words = ""
    can_grow = False
    asks_safety = False

    def __init__(self, *args: Any, setting: Setting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.setting = setting
        self.build()

    def build(self) -> None:
        """Questions that depend on the protocol or on the patient."""

    @property
    def heading(self) -> forms.BoundField | None:
        """The one question, when there is only one: it is the page's heading then."""
        asked = self.visible_fields()
        return asked[0] if len(asked) == 1 else None

    @property
    def answers(self) -> dict[str, Any]:
        """As filled in, so that it can be shown, changed and read again."""
        names = [field.name for field in self.visible_fields()]
        return {name: self[name].data for name in names}

    @property
    def said(self) -> list[tuple[Words, Words]]:
        """Question and answer, for whoever checks them."""
        return [(field.label, self._words(field)) for field in self.visible_fields()]

    def _words(self, field: forms.BoundField) -> Words:
        value = self.cleaned_data.get(field.name)
        if value in (None, "", []):
            return NOT_PROVIDED
        if isinstance(field.field, forms.ChoiceField):
            labels = {str(option.data["value"]): option.choice_label for option in field}
            chosen = value if isinstance(value, list) else [value]
            return "; ".join(str(labels[str(one)]) for one in chosen)
        return str(value)

    def tell(self) -> dict[str, Any]:
        """What this page says, by field of `Told`."""
        return {}


class ScreenPage(PageForm):
    """Safety questions of some levels. What is true is ticked, or that none is."""

    levels: tuple[str, ...] = (SafetyLevel.EMERGENCY,)
    asks_safety = True

    alarms = forms.MultipleChoiceField(
        label=_("Is any of this true? Tick what is true."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick what is true, or “None of these”.")},
    )
    submission_id = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def build(self) -> None:
        # Where it hurts is asked later: questions about the neck are asked of everyone.
        asked = questions_for(self.setting.protocol, "").filter(level__in=self.levels)
        self.questions = list(asked)
        texts = [(question.key, question.text) for question in self.questions]
        self.fields["alarms"].choices = [*texts, (NONE, _("None of these"))]  # type: ignore[attr-defined]

    @cached_property
    def screen(self) -> Screen:
        """A tick counts, also beside “None of these”."""
        ticked = self.cleaned_data["alarms"]
        return Screen(
            submission_id=self.cleaned_data["submission_id"] or uuid4(),
            yes_to=[one for one in self.questions if one.key in ticked],
            no_to=[one for one in self.questions if one.key not in ticked],
        )


class RiskPage(PageForm):
    """What stands for years. Asked once, before the questions that it makes weightier."""

    facts = forms.MultipleChoiceField(
        label=_("Is any of this true of you? Tick what is."),
        help_text=_("We ask this once. You can change it later."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick what is true, or “None of these”.")},
    )

    def build(self) -> None:
        self.asked = list(self.setting.protocol.risk_facts.in_order())
        texts = [(fact.key, fact.text) for fact in self.asked]
        self.fields["facts"].choices = [*texts, (NONE, _("None of these"))]  # type: ignore[attr-defined]

    @property
    def risks(self) -> Risks:
        return Risks(self.asked, self.cleaned_data["facts"])


class HealthPage(ScreenPage):
    levels = (SafetyLevel.URGENT, SafetyLevel.ROUTINE)


class RegionPage(PageForm):
    region = forms.ChoiceField(
        label=_("Where is the pain that brings you here?"),
        help_text=_("If it is in both, choose the one that bothers you more."),
        choices=Episode.Region.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose neck or back")},
    )

    def tell(self) -> dict[str, Any]:
        return {"region": self.cleaned_data["region"]}


class SpreadPage(PageForm):
    spread = forms.ChoiceField(
        label=_("Does it go into an arm or a leg?"),
        choices=[
            ("no", _("No")),
            ("yes", _("Yes")),
            ("weak", _("Yes, and that arm or leg is weaker than it used to be")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is true for you")},
    )

    def tell(self) -> dict[str, Any]:
        spread = self.cleaned_data["spread"]
        return {"radiating": spread != "no", "weakness": spread == "weak"}


class WordsPage(PageForm):
    words = forms.CharField(
        label=_("What bothers you most?"),
        help_text=_("In your own words. What do you hope for?"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=1000,
        required=False,
        error_messages={"max_length": _("Write at most 1,000 characters")},
    )


AGO = {
    "days": ngettext_lazy("About %(n)s day ago", "About %(n)s days ago", "n"),
    "weeks": ngettext_lazy("About %(n)s week ago", "About %(n)s weeks ago", "n"),
    "months": ngettext_lazy("About %(n)s month ago", "About %(n)s months ago", "n"),
    "years": ngettext_lazy("About %(n)s year ago", "About %(n)s years ago", "n"),
}
UNITS = {"days": 1.0, "weeks": 7.0, "months": 30.44, "years": 365.25}


class OnsetPage(PageForm):
    hint = _("A day if you know it. If not, about how long ago.")

    onset_on = day_field(
        HAPPENED,
        label=_("On this day"),
        required=False,
        error_messages={
            "invalid": _("Give a whole date"),
            "too_early": _("Give a time since your birth, not in the future"),
            "too_late": _("Give a time since your birth, not in the future"),
        },
    )
    about = forms.IntegerField(
        label=_("Or about this long ago"),
        min_value=1,
        max_value=999,
        required=False,
        error_messages={
            "invalid": _("Give a whole number, such as 3"),
            "min_value": _("Give a number of at least 1"),
            "max_value": _("Give a smaller number"),
        },
    )
    unit = forms.ChoiceField(
        label=_("Days, weeks, months or years"),
        choices=[
            ("days", _("Days")),
            ("weeks", _("Weeks")),
            ("months", _("Months")),
            ("years", _("Years")),
        ],
        widget=forms.RadioSelect,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            self._check(cleaned)
        return cleaned

    def _check(self, cleaned: dict[str, Any]) -> None:
        if cleaned.get("onset_on") is None and cleaned.get("about") is None:
            self.add_error("onset_on", _("Give a day, or about how long ago"))
        elif cleaned.get("onset_on") is None and not cleaned.get("unit"):
            self.add_error("unit", _("Choose days, weeks, months or years"))
        elif not self.setting.patient.birth_date <= self._onset(cleaned) <= self.setting.today:
            name = "about" if cleaned.get("onset_on") is None else "onset_on"
            self.add_error(name, _("Give a time since your birth, not in the future"))

    def _onset(self, cleaned: dict[str, Any]) -> date:
        day: date | None = cleaned.get("onset_on")
        ago = timedelta(days=round(UNITS[cleaned["unit"]] * cleaned["about"])) if not day else None
        return day or self.setting.today - (ago or timedelta())

    @property
    def said(self) -> list[tuple[Words, Words]]:
        """One line: the day, or about how long ago."""
        day, about = self.cleaned_data["onset_on"], self.cleaned_data["about"]
        ago = AGO[self.cleaned_data["unit"]] % {"n": about} if day is None else ""
        return [(_("When did this pain start?"), ago or date_format(day, str(_("F j, Y"))))]

    def tell(self) -> dict[str, Any]:
        return {"onset_on": self._onset(self.cleaned_data)}


class PainPage(PageForm):
    usual_pain = ScoreField(
        label=_("On average, how bad was your pain in the last 4 weeks?"),
        help_text=_("Pick one number from 0 to 10."),
        low=NO_PAIN,
        high=WORST_PAIN,
    )

    def tell(self) -> dict[str, Any]:
        return {"usual_pain": self.cleaned_data["usual_pain"]}


class FunctionPage(PageForm):
    """PEG: three questions, the first function score of the episode."""

    hint = _("Why we ask: the answers help you and your clinician choose the next step.")

    def build(self) -> None:
        self.instrument = self.setting.protocol.instruments.get(key="peg")
        for item in self.instrument.items_to_show():
            self.fields[item.key] = ScoreField(
                label=item.text, low=item.low_anchor, high=item.high_anchor
            )

    def tell(self) -> dict[str, Any]:
        return {
            "peg": {field.name: self.cleaned_data[field.name] for field in self.visible_fields()}
        }


def sealed_for(setting: Setting) -> dict[str, Any]:
    """The hidden value of every rendered page: for whom it is, and an id of its own."""
    return {resume_form.FIELD: resume_form.seal(setting.patient), "submission_id": uuid4()}
