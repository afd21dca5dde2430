"""A diary comes in through the browser: first the file, then what its columns hold."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.files import File
from django.core.validators import FileExtensionValidator
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.one_line import NumberField
from patients.diary_file import LEFT_OUT, Preview, key, spine_region
from patients.imports.actions.import_logs import Plan
from patients.models import Episode, ImportRun, Patient
from patients.queries.records import PatientQuerySet

# Below nginx's own limit, so that the refusal comes in words.
LARGEST_FILE = 20 * 1024 * 1024
NOT_THERE = ("", _("Not in this file"))
LABELS = {
    "average_pain": _("Pain score, 0 to 10"),
    "region": _("What the line is about"),
    "local_date": _("Day"),
    "day": _("Day, as a number"),
    "month": _("Month, as a number"),
    "year": _("Year"),
    "logged_at": _("When it was typed"),
    "worst_pain": _("Worst pain"),
    "interference": _("How much it got in the way"),
    "neck_pain": _("Neck pain"),
    "back_pain": _("Back pain"),
    "arm_pain": _("Arm pain"),
    "leg_pain": _("Leg pain"),
    "programme": _("Exercises"),
    "medicine": _("Medicine"),
    "note": _("Note"),
}
MORE = tuple(LABELS)[7:]


class ImportFileForm(forms.Form):
    """The file, and whose diary it is: one of `patients`."""

    number = NumberField(label=_("Patient's record number"), max_length=40)
    file = forms.FileField(
        label=_("File"),
        validators=[
            FileExtensionValidator(
                ["csv", "txt", "tsv"], _("Choose a file whose name ends in .csv, .tsv or .txt.")
            )
        ],
        help_text=_("A CSV file with one report on each line and the names of the columns on top."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv"}),
    )

    def __init__(self, *args: Any, patients: PatientQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.patients = patients

    def clean_number(self) -> Patient:
        found = self.patients.numbered(self.cleaned_data["number"]).first()
        if found is None:
            raise forms.ValidationError(_("No patient of your clinic has this record number."))
        return found

    def clean_file(self) -> File[bytes]:
        file: File[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST_FILE:
            raise forms.ValidationError(
                _("The file is larger than %(size)s. Split it into several files."),
                params={"size": filesizeformat(LARGEST_FILE)},
            )
        return file


class ImportColumnsForm(forms.Form):
    """What each column holds and which names are taken; the guess stands in it already."""

    def __init__(
        self, *args: Any, run: ImportRun, preview: Preview, regions: Iterable[str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.run, self.regions = run, list(regions)
        columns = [(name, name) for name in run.names]
        chosen = run.columns or preview.guess
        for field, label in LABELS.items():
            self.fields[field] = forms.ChoiceField(
                label=label,
                choices=[NOT_THERE, *columns],
                initial=chosen.get(field, ""),
                required=field == "average_pain",
                error_messages={"required": _("Choose the column with the pain score.")},
            )
        self._ask_zone()
        self._ask_episode()
        self.names = self._ask_names(preview)

    def _ask_zone(self) -> None:
        own = self.run.patient.zone.key
        self.fields["typed_in"] = forms.ChoiceField(
            label=_("Times are in"),
            choices=[(own, _("The patient's time: %(zone)s") % {"zone": own}), ("UTC", "UTC")],
            initial=self.run.typed_in,
        )

    def _ask_episode(self) -> None:
        """Only where it can be asked: with one open episode, that is the one."""
        if len(self.regions) > 1:
            labels, episode = dict(Episode.Region.choices), self.run.episode
            self.fields["episode"] = forms.ChoiceField(
                label=_("Where the reports go"),
                choices=[
                    ("", _("By the names in the file")),
                    *((region, labels[region]) for region in self.regions),
                ],
                initial=episode.region if episode else "",
                required=False,
            )

    def _ask_names(self, preview: Preview) -> dict[str, str]:
        """A question for each name of a region in the file: field → name."""
        column = self["region"].value()
        names = preview.names(column, self.run.counts.left_out) if column else []
        asked = {f"name_{number}": name for number, name in enumerate(names)}
        labels = dict(Episode.Region.choices)
        places = [(LEFT_OUT, _("Leave out")), *((r, labels[r]) for r in self.regions)]
        for field, name in asked.items():
            self.fields[field] = forms.ChoiceField(
                label=name,
                choices=places,
                initial=self._place_of(name),
                required=False,
                help_text=self._why_not(name),
            )
        return asked

    def _place_of(self, name: str) -> str:
        place = self.run.chosen.get(key(name)) or spine_region(name)
        return place if place in self.regions else LEFT_OUT

    def _why_not(self, name: str) -> str:
        """Pain of the spine that has nowhere to go should not be left out unseen."""
        region = spine_region(name)
        closed = region is not None and region not in self.regions
        return gettext("The patient has no open episode for it.") if closed else ""

    def needed(self) -> list[forms.BoundField]:
        """What most files have."""
        others = {*MORE, *self.names}
        return [field for field in self if field.name not in others]

    def places(self) -> list[forms.BoundField]:
        return [self[name] for name in self.names]

    def more(self) -> list[forms.BoundField]:
        return [self[name] for name in MORE]

    def has_more(self) -> bool:
        return any(field.value() for field in self.more())

    def plan(self, episodes: dict[str, Episode]) -> Plan:
        """What was chosen, for the action; `episodes` by region."""
        answers = self.cleaned_data
        return Plan(
            columns={field: answers[field] for field in LABELS if answers[field]},
            chosen={name: answers[field] for field, name in self.names.items() if answers[field]},
            episode=episodes.get(answers.get("episode", "")),
            typed_in=answers["typed_in"],
        )
