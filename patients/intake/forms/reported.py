"""Medicines and images that the patient told of: a row each, to mend, to confirm or to leave out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pathway.models import Modality, Protocol
from patients.bounds import HAPPENED
from patients.fields import Words, day_field
from patients.intake.actions import ImageTaken, IntakeAnswers, MedicineTaken
from patients.intake.forms.care import MonthField, within
from patients.models import ImagingStudy, MedicationCourse
from patients.record.forms.records import OPIOID
from patients.record.medicine_class import names_an_opioid

MEDICINES = 3
NOT_SAID = ("", _("Not said"))


@dataclass(frozen=True)
class ReportedRow:
    """One row: what it is called, and its fields in the form, by their own short name."""

    title: str
    fields: dict[str, str]


class ReportedForm(forms.Form):
    """The rows of a larger form. `told_on` is the day of the telling."""

    def __init__(
        self,
        *args: Any,
        told: IntakeAnswers,
        protocol: Protocol,
        born: date,
        told_on: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.born, self.told_on = born, told_on
        offered = Modality.objects.filter(protocol=protocol, tier__level=MEDICINES).in_order()
        self.medicine_rows = [
            self._row(f"medicine-{place}", one.name, _medicine(one, offered, born, told_on))
            for place, one in enumerate(told.medicines)
        ]
        self.image_rows = [
            self._row(f"image-{place}", ImagingStudy.Method(one.method).label, _image(one))
            for place, one in enumerate(told.images)
        ]

    def _row(self, key: str, title: Words, fields: dict[str, forms.Field]) -> ReportedRow:
        names = {name: f"{key}-{name}" for name in fields}
        self.fields.update({names[name]: field for name, field in fields.items()})
        return ReportedRow(str(title), names)

    def shown(self, rows: list[ReportedRow]) -> Iterator[tuple[str, list[forms.BoundField]]]:
        """Title and fields of each row, for the page."""
        for row in rows:
            yield row.title, [self[name] for name in row.fields.values()]

    @property
    def medicines(self) -> list[tuple[str, list[forms.BoundField]]]:
        return list(self.shown(self.medicine_rows))

    @property
    def images(self) -> list[tuple[str, list[forms.BoundField]]]:
        return list(self.shown(self.image_rows))

    def clean(self) -> dict[str, Any]:
        """A row that is left out is not checked."""
        cleaned = super().clean() or {}
        for row in (*self.medicine_rows, *self.image_rows):
            if cleaned.get(row.fields["leave_out"]):
                for name in row.fields.values():
                    self.errors.pop(name, None)
            else:
                self._check(row, cleaned)
        return cleaned

    def _check(self, row: ReportedRow, cleaned: dict[str, Any]) -> None:
        month = row.fields.get("month", "")
        if cleaned.get(month) and not within(cleaned[month], self.born, self.told_on):
            self.add_error(month, _("Give a month after the patient's birth, not in the future."))

    def _confirmed(self, rows: list[ReportedRow]) -> Iterator[dict[str, Any]]:
        for row in rows:
            if not self.cleaned_data[row.fields["leave_out"]]:
                values = {name: self.cleaned_data[key] for name, key in row.fields.items()}
                del values["leave_out"]
                yield values

    def medicines_taken(self) -> tuple[MedicineTaken, ...]:
        return tuple(_taken(values) for values in self._confirmed(self.medicine_rows))

    def images_taken(self) -> tuple[ImageTaken, ...]:
        return tuple(ImageTaken(**values) for values in self._confirmed(self.image_rows))


def _taken(values: dict[str, Any]) -> MedicineTaken:
    """No class, no tick and no name that says so: whether it holds an opioid is not known, which is not
    a no."""
    modality = values["modality"]
    holds = values.pop("is_opioid") or (modality is not None and modality.key == OPIOID)
    holds = holds or names_an_opioid(values["name"])
    return MedicineTaken(**values, is_opioid=holds if modality or holds else None)


def _medicine(
    one: MedicineTaken, offered: Any, born: date, told_on: date
) -> dict[str, forms.Field]:
    started_on = day_field(
        HAPPENED,
        label=_("Started on"),
        help_text=_("Leave empty if not known."),
        error_messages={"too_late": _("Give a day that is not after the patient told of it.")},
        required=False,
    )
    started_on.within(first=born, last=told_on)
    modality: Any = forms.ModelChoiceField(
        label=_("Class"), queryset=offered, empty_label=NOT_SAID[1], required=False
    )
    modality.label_from_instance = lambda row: row.title
    return {
        "name": forms.CharField(
            label=_("Name of the medicine"),
            max_length=120,
            initial=one.name,
            error_messages={"required": _("Give the name, or leave the medicine out.")},
        ),
        "use": forms.ChoiceField(
            label=_("Taken"),
            choices=MedicationCourse.Use.choices,
            widget=forms.RadioSelect,
            initial=one.use,
            error_messages={"required": _("Choose how it is taken.")},
        ),
        "modality": modality,
        "is_opioid": forms.BooleanField(
            label=_("It contains an opioid"),
            required=False,
        ),
        "started_on": started_on,
        "leave_out": _leave_out(),
    }


def _image(one: ImageTaken) -> dict[str, forms.Field]:
    month = MonthField(label=_("Month"))
    month.initial, month.required = one.month, True
    month.error_messages["required"] = _("Give the month, or leave the image out.")
    return {
        "method": forms.ChoiceField(
            label=_("Kind"), choices=ImagingStudy.Method.choices, initial=one.method
        ),
        "month": month,
        "part": forms.ChoiceField(
            label=_("Region"), choices=[NOT_SAID, *ImagingStudy.Part.choices], required=False
        ),
        "findings": forms.CharField(
            label=_("Findings, in words"),
            help_text=_("Only from a report that you have seen."),
            required=False,
            widget=forms.Textarea(attrs={"rows": 2}),
        ),
        "leave_out": _leave_out(),
    }


def _leave_out() -> forms.Field:
    return forms.BooleanField(label=_("Leave it out of the record"), required=False)
