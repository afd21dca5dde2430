from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.one_line import NumberField
from patients.models import Patient
from patients.queries.records import PatientQuerySet

NOT_FOUND = _("No patient of this clinic has this record number.")


class MergeForm(forms.Form):
    """Which two records; the first goes on."""

    kept = NumberField(
        label=_("Record number that stays"),
        max_length=40,
        error_messages={"required": _("Give the record number that stays.")},
    )
    other = NumberField(
        label=_("Record number of the second record"),
        max_length=40,
        error_messages={"required": _("Give the number of the second record.")},
    )

    def __init__(self, *args: Any, patients: PatientQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.patients = patients.select_related("clinic", "user", "invitation")

    def _found(self, name: str) -> Patient:
        found = self.patients.numbered(self.cleaned_data[name]).first()
        if found is None:
            raise forms.ValidationError(NOT_FOUND)
        return found

    def clean_kept(self) -> Patient:
        return self._found("kept")

    def clean_other(self) -> Patient:
        return self._found("other")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("kept") and data.get("kept") == data.get("other"):
            self.add_error("other", _("These are the same record."))
        return data
