"""What a patient fills in each day, and the safety line under it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import lru_cache
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from pathway.models import Protocol, SafetyQuestion
from patients.bounds import EITHER
from patients.fields import LightForm, ScoreField, Words, day_field
from patients.flags.questions import questions_for
from patients.logs.actions.log import LogEntry
from patients.models import SymptomLog
from patients.record.exercise_library import ShownExercise

ENTRY = [field.name for field in fields(LogEntry)]
OF_ANOTHER_DAY = {
    "average_pain": _("On average, how bad was your pain that day?"),
    "interference": _("How much did pain get in the way of your day?"),
    "programme": _("Did you do your exercises that day?"),
}
NO_PAIN, WORST_PAIN = _("no pain"), _("worst pain imaginable")


REGIONS = {
    "neck": _("Neck"),
    "back": pgettext_lazy("part of the body", "Back"),
    "arm": _("Arm"),
    "leg": _("Leg"),
}


@dataclass(frozen=True)
class Region:
    """One place of the body: its name on the map, its question in the list."""

    part: str
    field: forms.BoundField

    @property
    def name(self) -> Words:
        return REGIONS[self.part]

    @property
    def is_used(self) -> bool:
        return is_used(self.field)


def is_used(field: forms.BoundField) -> bool:
    """Whether it holds an answer or an error. 0 is an answer."""
    value = field.value()
    return bool(field.errors) or not (value is None or value is False or value == "")


def region(label: Any) -> ScoreField:
    return ScoreField(label=label, low=NO_PAIN, high=WORST_PAIN, required=False)


class AnswersForm(LightForm):
    """The answers of one log."""

    average_pain = ScoreField(
        label=_("On average, how bad has your pain been today?"),
        low=NO_PAIN,
        high=WORST_PAIN,
    )
    interference = ScoreField(
        label=_("How much did pain get in the way of your day?"),
        low=_("not at all"),
        high=_("completely"),
        required=False,
    )
    programme = forms.ChoiceField(
        label=_("Did you do your exercises today?"),
        choices=SymptomLog.Programme.choices,
        widget=forms.RadioSelect(attrs={"class": "segments"}),
        required=False,
    )
    exercises_done = forms.TypedMultipleChoiceField(
        label=_("Which ones?"), coerce=int, widget=forms.CheckboxSelectMultiple, required=False
    )
    worst_pain = region(_("How bad was your worst pain?"))
    neck_pain = region(_("How bad was the pain in your neck?"))
    back_pain = region(_("How bad was the pain in your back?"))
    arm_pain = region(_("How bad was the pain in an arm?"))
    leg_pain = region(_("How bad was the pain in a leg?"))
    medicine = forms.ChoiceField(
        label=_("Did you take medicine for the pain?"),
        choices=SymptomLog.Medicine.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    flare = forms.BooleanField(
        label=_("This is a flare-up: clearly worse than my usual pain"), required=False
    )
    note = forms.CharField(
        label=_("Add a note"),
        help_text=_("Your clinician may not read this until your next check."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        required=False,
        error_messages={"max_length": _("Write a note of at most 1,000 characters")},
    )
    sealed = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        spoken_of: date,
        is_today: bool,
        exercises: Sequence[ShownExercise] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.spoken_of, self.is_today = spoken_of, is_today
        named = [(each.row.pk, each.name) for each in exercises]
        self.fields["exercises_done"].choices = named  # type: ignore[attr-defined]
        if not is_today:
            for name, label in OF_ANOTHER_DAY.items():
                self.fields[name].label = label
            self.fields["programme"].choices = [  # type: ignore[attr-defined]
                *SymptomLog.Programme.choices[:-1],
                (SymptomLog.Programme.REST, _("Not planned that day")),
            ]

    @property
    def regions(self) -> list[Region]:
        """The places of the body map, in the order of its list."""
        return [Region(part, self[f"{part}_pain"]) for part in REGIONS]

    @property
    def more_is_used(self) -> bool:
        """Whether a folded question holds an answer or an error, so that it must be in sight."""
        folded = [
            self[name] for name in ("interference", "worst_pain", "medicine", "flare", "note")
        ]
        return any(map(is_used, [*folded, *(region.field for region in self.regions)]))

    def entry(self) -> LogEntry:
        answers = {"local_date": self.spoken_of, **_named_as_in_entry(self.cleaned_data)}
        return LogEntry(**answers | self._programme())

    def _programme(self) -> dict[str, Any]:
        """What is ticked is the answer: it outweighs "No", and "Yes" is a tick of each. Where only the
        answer was changed, the ticks of before follow it."""
        said, ticked = self.cleaned_data["programme"], self.cleaned_data["exercises_done"]
        asked = [key for key, _name in self.fields["exercises_done"].choices]  # type: ignore[attr-defined]
        follows = "programme" in self.changed_data and "exercises_done" not in self.changed_data
        if said == SymptomLog.Programme.DONE and (follows or not ticked):
            return {"exercises_done": asked}
        if not ticked or (follows and said != SymptomLog.Programme.SOME):
            return {"exercises_done": []}
        whole = set(ticked) == set(asked)
        return {"programme": SymptomLog.Programme.DONE if whole else SymptomLog.Programme.SOME}


def _named_as_in_entry(answers: dict[str, Any]) -> dict[str, Any]:
    return {name: answers[name] for name in ENTRY if name in answers}


def entry_of(log: SymptomLog) -> LogEntry:
    """What was filled in when this log was saved."""
    return LogEntry(**{name: getattr(log, name) for name in ENTRY})


class AlarmsField(forms.MultipleChoiceField):
    """Shows what is asked of one complaint and takes what is asked of any: a page that was filled without a
    network asks everybody the same."""

    known: Callable[[], set[str]]

    def valid_value(self, value: Any) -> bool:
        return super().valid_value(value) or str(value) in self.known()


class LogForm(AnswersForm):
    """A new log, once per rendered form, with the questions that are asked each time."""

    anything_new = forms.ChoiceField(
        label=_("Anything new or worrying?"),
        choices=[("no", _("No")), ("yes", _("Yes, show me"))],
        widget=forms.RadioSelect(attrs={"class": "segments"}),
        required=False,
    )
    # Nothing ticked means nothing reported, never "you are fine".
    alarms = AlarmsField(
        label=_("Is any of this new or worse? Tick what is true."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    submission_id = forms.UUIDField(widget=forms.HiddenInput)
    # The day that the page showed: a form sent after midnight still speaks of it.
    local_date = day_field(EITHER, widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, protocol: Callable[[], Protocol], about: str = "", **kwargs: Any
    ) -> None:
        """The protocol is asked for when it is needed: to draw the questions, or after a yes."""
        super().__init__(*args, **kwargs)
        self.initial["local_date"] = self.spoken_of
        self._protocol, self._about = protocol, about
        for name in ("programme", "anything_new"):  # may be left out, but are two taps of three
            self.fields[name].is_needed = True  # type: ignore[attr-defined]
        alarms = cast("AlarmsField", self.fields["alarms"])
        alarms.choices = self._asked
        alarms.known = lambda: set(self._questions("").values_list("key", flat=True))

    def _questions(self, about: str) -> QuerySet[SafetyQuestion]:
        return questions_for(self._protocol(), about).filter(on_every_log=True)

    def _asked(self) -> list[tuple[str, str]]:
        return [(question.key, question.text) for question in self._questions(self._about)]

    def drawn(self, *, is_today: bool) -> SafeString:
        """All questions, with the words for a log of today or of another day; somebody's own exercises are
        drawn for them alone."""
        named = self.fields["exercises_done"].choices  # type: ignore[attr-defined]
        if not (self.is_bound or named) and (protocol := self._protocol()).sealed:
            return _blank(get_language(), protocol.pk, self._about, self.is_today, is_today)
        return self._drawn(is_today)

    def _drawn(self, is_today: bool) -> SafeString:
        return self.render("patients/logs/_new_log.html", {"form": self, "is_today": is_today})

    def clean_local_date(self) -> date:
        self.spoken_of = self.cleaned_data["local_date"] or self.spoken_of
        return self.spoken_of

    def clean(self) -> None:
        if self.cleaned_data.get("anything_new") == "yes" and not self.cleaned_data.get("alarms"):
            self.add_error("alarms", _("Tick what is new or worse. If nothing is, choose No."))

    @property
    def asks_alarms(self) -> bool:
        """Whether the questions must be in sight though the style sheet folds them."""
        return bool(self["alarms"].errors or self["alarms"].value())

    def entry(self) -> LogEntry:
        """A tick outweighs a No, whichever came last."""
        said_no = self.cleaned_data.get("anything_new") == "no" and not self.alarmed
        return replace(super().entry(), nothing_new=said_no)

    @cached_property
    def alarmed(self) -> list[SafetyQuestion]:
        """What was ticked; known also when another answer is missing."""
        ticked = self.cleaned_data.get("alarms")
        if not ticked:
            return []
        return list(self._questions("").filter(key__in=ticked))


@lru_cache(maxsize=256)
def _blank(
    _language: str | None, protocol: int, about: str, asks_of_today: bool, is_today: bool
) -> SafeString:
    """The questions of a form that nobody has filled in, drawn once a process: a published version never
    changes, and nothing here is about a person; what is, stands in the hidden fields."""
    nobodys = LogForm(
        protocol=lambda: Protocol.objects.version(protocol),
        about=about,
        spoken_of=date.min,
        is_today=asks_of_today,
    )
    return nobodys._drawn(is_today)
