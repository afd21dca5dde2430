"""The pages of an intake about earlier care and about the person."""

from __future__ import annotations

import re
from datetime import date, time
from itertools import count
from typing import Any

from django import forms
from django.conf import settings
from django.utils.formats import date_format, time_format
from django.utils.functional import lazystr
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.one_line import OneLineField
from patients.fields import Words
from patients.intake.actions import ImageTaken, MedicineTaken, TriedTreatment
from patients.intake.forms.intake import NONE, NOT_PROVIDED, PageForm
from patients.models import MedicationCourse, PriorTreatment
from patients.models.episode import MOST_WEEKS

OTHER = "other"
MOST = "most"
WAKING = range(6, 23)
WHAT_LENGTH = PriorTreatment._meta.get_field("what").max_length or 0


class CarePage(PageForm):
    """One tier's kind of care before this clinic: what, how long, how much of it, did it help."""

    level = 1

    tried = forms.MultipleChoiceField(
        label=_("What have you tried?"),
        help_text=_("If it is none of these, leave the questions below empty."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick what you tried, or “None of these”.")},
    )
    other = OneLineField(label=_("If something else, what?"), max_length=100, required=False)
    weeks = forms.IntegerField(
        label=_("About how many weeks in all?"),
        help_text=_("A year has 52 weeks. For one single treatment, write 1."),
        min_value=1,
        max_value=MOST_WEEKS,
        error_messages={
            "required": _("Say about how many weeks"),
            "invalid": _("Give a whole number of weeks"),
            "min_value": _("Give at least 1 week"),
            "max_value": _("Give a smaller number of weeks"),
        },
    )
    done = forms.ChoiceField(
        label=_("How much of it did you do?"),
        choices=[(MOST, _("Most of it")), ("some", _("Some of it")), ("little", _("Little of it"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how much of it you did")},
    )
    helped = forms.ChoiceField(
        label=_("Did it help?"),
        choices=[
            (PriorTreatment.Helped.YES, _("Yes, and it lasted")),
            (PriorTreatment.Helped.SOME, _("Some, or not for long")),
            (PriorTreatment.Helped.NO, _("No")),
            (PriorTreatment.Helped.UNKNOWN, _("I do not know")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether it helped")},
    )

    def build(self) -> None:
        tier = self.setting.protocol.tiers.get(level=self.level)
        self.hint = lazystr(tier.summary)
        self.modalities = dict(tier.modalities.in_order().values_list("key", "title"))
        self.fields["tried"].choices = [  # type: ignore[attr-defined]
            *self.modalities.items(),
            (OTHER, _("Something else")),
            (NONE, _("None of these")),
        ]

    def clean(self) -> dict[str, Any]:
        """Where nothing was tried, nothing more is asked."""
        cleaned = super().clean() or {}
        if NONE in cleaned.get("tried", []) and not self._has_tried(cleaned):
            for name in ("weeks", "done", "helped"):
                self.errors.pop(name, None)
        return cleaned

    def _has_tried(self, cleaned: dict[str, Any]) -> bool:
        return any(one != NONE for one in cleaned.get("tried", []))

    @property
    def said(self) -> list[tuple[Words, Words]]:
        """Where nothing was tried, the other questions were not asked."""
        lines = super().said
        return lines if self._has_tried(self.cleaned_data) else lines[:1]

    def tell(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if not self._has_tried(cleaned):
            return {}
        tried = TriedTreatment(
            level=self.level,
            what=self._what(cleaned)[:WHAT_LENGTH],
            weeks=cleaned["weeks"],
            attended=cleaned["done"] == MOST,
            helped=cleaned["helped"],
        )
        return {"prior": (tried,)}

    def _what(self, cleaned: dict[str, Any]) -> str:
        named = [self.modalities[key] for key in cleaned["tried"] if key in self.modalities]
        other = cleaned["other"] or (_now("Something else") if OTHER in cleaned["tried"] else "")
        return "; ".join(filter(None, [*named, other]))


class TherapyPage(CarePage):
    level = 2


class MedicationPage(CarePage):
    level = 3


class ProcedurePage(CarePage):
    level = 4


MOST_MEDICINES, BLANK_ROWS = 20, 2
USES = [("planned", _("At set times")), ("needed", _("As needed"))]
RECORDED_AS = {"planned": MedicationCourse.Use.PLANNED, "needed": MedicationCourse.Use.AS_NEEDED}


class MedicinesPage(PageForm):
    """A free list; a row without a name is ignored."""

    hint = _("All medicine that you take now. Also what you buy over the counter.")
    can_grow = True

    def build(self) -> None:
        for row in range(self._rows()):
            number = row + 1
            self.fields[f"name_{row}"] = OneLineField(
                label=_("Medicine %(number)s") % {"number": number}, max_length=100, required=False
            )
            self.fields[f"use_{row}"] = forms.ChoiceField(
                label=_("How do you take medicine %(number)s?") % {"number": number},
                choices=USES,
                widget=forms.RadioSelect(attrs={"class": "across"}),
                required=False,
            )

    def _rows(self) -> int:
        """As many rows as were filled in or sent, with some empty ones to fill in."""
        source = self.data if self.is_bound else self.initial
        known = next(row for row in count() if f"name_{row}" not in source)
        return min(known if self.is_bound else known + BLANK_ROWS, MOST_MEDICINES)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for row in range(self._rows()):
            if cleaned.get(f"name_{row}") and not cleaned.get(f"use_{row}"):
                self.add_error(f"use_{row}", _("Choose how you take it"))
        return cleaned

    @property
    def listed(self) -> list[tuple[str, str]]:
        """Name and use of each medicine."""
        rows = range(self._rows())
        listed = (
            (self.cleaned_data[f"name_{row}"], self.cleaned_data[f"use_{row}"]) for row in rows
        )
        return [(name, use) for name, use in listed if name]

    @property
    def answers(self) -> dict[str, Any]:
        """Without the rows that were left empty."""
        rows = enumerate(self.listed)
        return {
            key: value
            for row, (name, use) in rows
            for key, value in ((f"name_{row}", name), (f"use_{row}", use))
        }

    @property
    def said(self) -> list[tuple[Words, Words]]:
        labels = {key: str(label).lower() for key, label in USES}
        words = "; ".join(f"{name} ({labels[use]})" for name, use in self.listed)
        return [(_("Medicine that you take now"), words or _("None"))]

    def tell(self) -> dict[str, Any]:
        taken = (MedicineTaken(name, RECORDED_AS[use]) for name, use in self.listed)
        return {"medicines": tuple(taken)}


class MonthField(forms.CharField):
    """A month as the browser's month field sends it, 2025-11; or typed as 11/2025."""

    def __init__(self, *, label: Any) -> None:
        super().__init__(
            label=label, required=False, widget=forms.TextInput(attrs={"type": "month"})
        )

    def clean(self, value: Any) -> str:
        words = super().clean(value).strip()
        if not words:
            return ""
        found = re.fullmatch(r"(\d{4})-(\d{1,2})", words)
        year, month = found.groups() if found else self._typed(words)
        if not 1 <= int(month) <= 12:
            raise forms.ValidationError(_("Give a month and a year, such as 2025-11"))
        return f"{year}-{int(month):02d}"

    def _typed(self, words: str) -> tuple[str, str]:
        found = re.fullmatch(r"(\d{1,2})\s*/\s*(\d{4})", words)
        if found is None:
            raise forms.ValidationError(_("Give a month and a year, such as 2025-11"))
        return found.group(2), found.group(1)


PICTURES = ("mri", "ct", "xray")


class ImagingPage(PageForm):
    hint = _(
        "The month of the last picture of your neck or back, such as 2025-11. "
        "Leave empty any that you never had."
    )

    mri = MonthField(label=_("MRI"))
    ct = MonthField(label=_("CT"))
    xray = MonthField(label=_("X-ray"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        born, today = self.setting.patient.birth_date, self.setting.today
        for name in PICTURES:
            if cleaned.get(name) and not within(cleaned[name], born, today):
                self.add_error(name, _("Give a month since your birth, not in the future"))
        return cleaned

    def _words(self, field: forms.BoundField) -> Words:
        month = self.cleaned_data[field.name]
        shown = date_format(date.fromisoformat(f"{month}-01"), str(_("F Y"))) if month else ""
        return shown or NOT_PROVIDED

    def tell(self) -> dict[str, Any]:
        months = ((name, self.cleaned_data[name]) for name in PICTURES)
        return {"images": tuple(ImageTaken(name, month) for name, month in months if month)}


def within(month: str, first: date, last: date) -> bool:
    return f"{first:%Y-%m}" <= month <= f"{last:%Y-%m}"


class VeteranPage(PageForm):
    veteran = forms.ChoiceField(
        label=_("Are you a veteran of the US armed forces?"),
        help_text=_("Why we ask: VA may cover care outside its own clinics."),
        choices=[("yes", _("Yes")), ("no", _("No")), ("unsaid", _("I prefer not to say"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose an answer, or “I prefer not to say”")},
    )

    def tell(self) -> dict[str, Any]:
        answer = {"yes": True, "no": False}.get(self.cleaned_data["veteran"])
        return {"about_patient": {"is_veteran": answer}}


def hours() -> list[tuple[str, Words]]:
    """No reminder, or one of the waking hours, as the reader's language writes times."""
    clocks = [(str(hour), time_format(time(hour), "TIME_FORMAT")) for hour in WAKING]
    return [("", _("No reminder")), *clocks]


class ContactPage(PageForm):
    phone = OneLineField(
        label=_("Phone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    reach = forms.ChoiceField(
        label=_("How should we reach you first?"),
        choices=[("phone", _("Call me")), ("email", _("E-mail me"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how we reach you")},
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=settings.LANGUAGES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a language")},
    )

    reminder_hour = forms.TypedChoiceField(
        label=_("A reminder to log, by e-mail"),
        help_text=_("At most one a day, on days without a log. You can stop it at any time."),
        choices=hours,
        coerce=int,
        empty_value=None,
        required=False,
    )

    def build(self) -> None:
        patient = self.setting.patient
        self.initial = {"phone": patient.phone, "language": patient.language, **self.initial}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("reach") == "phone" and not cleaned.get("phone"):
            self.add_error("phone", _("Give a number that we can call"))
        return cleaned

    def tell(self) -> dict[str, Any]:
        names = ("phone", "reach", "language", "reminder_hour")
        return {"about_patient": {name: self.cleaned_data[name] for name in names}}
