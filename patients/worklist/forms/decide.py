from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext_lazy as _

from pathway.models import Tier
from patients.bounds import PLANNED
from patients.fields import day_field
from patients.models import TRAITS, Decision
from patients.models.decision_kinds import Asks, asking
from patients.worklist.actions.effects import Choice

Kind = Decision.Kind
MORE_WEEKS = ((14, _("2 weeks")), (28, _("4 weeks")), (42, _("6 weeks")))

ANOTHER_DAY = 0
LATEST_CHECK = timedelta(weeks=26)  # as long as the longest window: our own cut


def _for(field: Asks, what: Promise) -> str:
    """Lazy help under a field: the kinds of decision that ask for it, and what it is."""

    def words() -> str:
        return f"{', '.join(str(Kind(kind).label) for kind in asking(field))}: {what}."

    return lazy(words, str)()


class DecideForm(forms.Form):
    """What happens next. Nothing is preselected; each kind asks for what it needs."""

    kind = forms.ChoiceField(
        label=_("What happens next"),
        choices=[choice for choice in Kind.choices if choice[0] != Kind.UNDONE],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what happens next.")},
    )
    next_check_in = forms.TypedChoiceField(
        label=_("Next check"),
        help_text=_for("next_check_on", _("when you look again")),
        choices=[*MORE_WEEKS, (ANOTHER_DAY, _("On a day"))],
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect(attrs={"class": "segments"}),
    )
    next_check_on = day_field(
        PLANNED,
        label=_("Day of the next check"),
        required=False,
        error_messages={
            "too_early": _("Give a day after today for the next check."),
            "too_late": _("Give a day within the next 26 weeks."),
        },
    )
    extension_days = forms.TypedChoiceField(
        label=_("More time for this trial"),
        help_text=_for("extension_days", _("a trial is extended once")),
        choices=MORE_WEEKS,
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect(attrs={"class": "segments"}),
    )
    to_level = forms.TypedChoiceField(
        label=_("To tier"),
        help_text=_for("to_level", _("step down may lead out of the steps")),
        coerce=lambda to: int(to) if to.isdigit() else to,
        empty_value=None,
        required=False,
    )
    keep_running = forms.BooleanField(
        label=_("Keep the present tier running beside the new one"), required=False
    )
    reason = forms.ChoiceField(
        label=_("Main reason"),
        choices=[("", "-"), *Decision.Reason.choices],
        error_messages={"required": _("Choose the main reason.")},
    )
    note = forms.CharField(
        label=_("Note for the team"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self, *args: Any, tiers: Iterable[Tier], level: int | None, today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.level, self.today = level, today
        steps = [(tier.level, str(tier)) for tier in tiers]
        ways = [("", "-"), *steps, *Decision.Discharge.choices]
        self.fields["to_level"].choices = ways  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        check = {
            "next_check_on": self._check_date,
            "extension_days": self._check_extension,
            "to_level": self._check_step,
        }.get(_asks(cleaned.get("kind")))
        if check:
            check(cleaned)
        return cleaned

    def _check_date(self, cleaned: dict[str, Any]) -> None:
        """A slip in the year would keep the finding quiet for years."""
        if weeks := cleaned.get("next_check_in"):
            cleaned["next_check_on"] = self.today + timedelta(days=weeks)
            self.errors.pop("next_check_on", None)
        day = cleaned.get("next_check_on")
        if "next_check_on" in self.errors:
            return
        if day is None or day <= self.today:
            self.add_error("next_check_on", _("Give a day after today for the next check."))
        elif day > self.today + LATEST_CHECK:
            self.add_error("next_check_on", _("Give a day within the next 26 weeks."))

    def _check_extension(self, cleaned: dict[str, Any]) -> None:
        if self.level is None:
            self.add_error("kind", _("No trial is running that could be extended."))
        elif not cleaned.get("extension_days"):
            self.add_error("extension_days", _("Choose how much more time."))

    def _check_step(self, cleaned: dict[str, Any]) -> None:
        to, now = cleaned.get("to_level"), self.level or 0
        goes_up = cleaned["kind"] == Kind.STEP_UP
        if to in Decision.Discharge.values and not goes_up:
            return
        if not isinstance(to, int) or (to <= now if goes_up else to >= now):
            self.add_error(
                "to_level",
                _("Choose a higher tier.") if goes_up else _("Choose a lower tier."),
            )

    def choice(self, patient_sentence: str) -> Choice:
        """What was chosen, without what the kind does not use."""
        chosen = self.cleaned_data
        kind = chosen["kind"]
        asks = _asks(kind)
        to = chosen["to_level"] if asks == "to_level" else None
        level = to if isinstance(to, int) else None
        return Choice(
            kind=kind,
            reason=chosen["reason"],
            note=chosen["note"],
            patient_sentence=patient_sentence,
            next_check_on=self.check_day(),
            to_level=level,
            extension_days=chosen["extension_days"] if asks == "extension_days" else None,
            keep_running=level is not None and chosen["keep_running"],
            discharge=to or "" if level is None else "",
        )

    def check_day(self) -> date | None:
        """When the next look is due, for the kinds that set one."""
        chosen = self.cleaned_data
        asks = _asks(chosen["kind"])
        if asks == "next_check_on":
            day: date = chosen["next_check_on"]
            return day
        if asks == "extension_days":
            return self.today + timedelta(days=min(14, chosen["extension_days"]))
        return None


def _asks(kind: str | None) -> Asks:
    """The field that this kind needs; "" for those that need none, and before one is chosen."""
    return TRAITS[kind].asks if kind else ""


class SentenceForm(forms.Form):
    """The last check before a decision is recorded."""

    patient_sentence = forms.CharField(
        label=_("What the patient will see"),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class CorrectForm(forms.Form):
    """A further entry about a decision: its words are corrected, what was done stays done."""

    reason = forms.ChoiceField(label=_("Main reason"), choices=Decision.Reason.choices)
    note = forms.CharField(
        label=_("Correction"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say what you correct.")},
    )
    patient_sentence = forms.CharField(
        label=_("What the patient will see"),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
