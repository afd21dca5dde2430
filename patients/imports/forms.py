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
from patients.diary_file import (
    DAY_FIRST,
    LEFT_OUT,
    MONTH_FIRST,
    YEAR_FIRST,
    Preview,
    key,
    spine_region,
)
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
    "time": _("Time of day"),
    "logged_at": _("When it was typed"),
    "worst_pain": _("Worst pain"),
    "interference": _("How much it got in the way"),
    "neck_pain": _("Neck pain"),
    "back_pain": _("Back pain"),
    "arm_pain": _("Arm pain"),
    "leg_pain": _("Leg pain"),
    "programme": _("Exercises"),
    "medicine": _("Medicine"),
    "flare": _("Flare-up"),
    "nothing_new": _("Nothing new or worrying"),
    "note": _("Note"),
    "own_id": _("Which log it is, in a copy of a record"),
    "withdrawn": _("When it was withdrawn, in a copy of a record"),
}
MORE = tuple(LABELS)[8:]
OF_A_COPY = ("own_id", "withdrawn")
DAY_ORDERS = {
    DAY_FIRST: _("The day first: 3/4 is April 3"),
    MONTH_FIRST: _("The month first: 3/4 is March 4"),
    YEAR_FIRST: _("The year first, of two digits"),
}
LINE_ORDERS = [("oldest", _("The upper line")), ("newest", _("The lower line"))]
SUFFIXES = ["csv", "txt", "tsv", "xlsx", "zip"]
MOST_LINES_ABOVE = 150


class ImportFileForm(forms.Form):
    """The file, and whose diary it is: one of `patients`."""

    number = NumberField(label=_("Patient's record number"), max_length=40)
    file = forms.FileField(
        label=_("File"),
        validators=[
            FileExtensionValidator(
                SUFFIXES, _("Choose a file whose name ends in .csv, .tsv, .txt, .xlsx or .zip.")
            )
        ],
        help_text=_(
            "A CSV file or an Excel workbook (.xlsx) with one report on each line, "
            "or the copy of a record that a patient took from here."
        ),
        widget=forms.FileInput(attrs={"accept": ",".join(f".{suffix}" for suffix in SUFFIXES)}),
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
        self.run, self.regions, self.preview = run, list(regions), preview
        columns = [(name, name) for name in run.names]
        self.chosen = chosen = run.columns or preview.guess
        for field, label in self._labels().items():
            self.fields[field] = forms.ChoiceField(
                label=label,
                choices=[NOT_THERE, *columns],
                initial=chosen.get(field, ""),
                required=field == "average_pain",
                error_messages={"required": _("Choose the column with the pain score.")},
            )
        self._ask_day_order()
        self._ask_line_order()
        self._ask_zone()
        self._ask_episode()
        self.names = self._ask_names(preview)

    def _labels(self) -> dict[str, Any]:
        """What only copies of a record have is asked of these alone."""
        hidden = () if self.run.header.is_own_copy else OF_A_COPY
        return {field: label for field, label in LABELS.items() if field not in hidden}

    def _ask_day_order(self) -> None:
        """Only where a column with days could be meant in two ways."""
        orders = [order for day in self.preview.days.values() for order in day.orders]
        if orders:
            shown = [order for order in DAY_ORDERS if order != YEAR_FIRST or order in orders]
            self.fields["day_order"] = forms.ChoiceField(
                label=_("How days are written"),
                choices=[(order, DAY_ORDERS[order]) for order in shown],
                initial=self.run.day_order or self.preview.day_column(self.chosen).order,
                required=self.preview.is_in_doubt(self.chosen),
                widget=forms.RadioSelect,
                error_messages={"required": _("Say how days are written in this file.")},
            )

    def _ask_line_order(self) -> None:
        """Only where a day comes twice without a time."""
        if any(day.several for day in self.preview.days.values()):
            falls = self.preview.day_column(self.chosen).newest_first
            guess = {None: "", False: "oldest", True: "newest"}[falls]
            self.fields["line_order"] = forms.ChoiceField(
                label=_("Two reports on one day, without a time: which one came first?"),
                choices=LINE_ORDERS,
                initial="newest" if self.run.newest_first else guess,
                required=falls is None and self.preview.needs_line_order(self.chosen),
                error_messages={"required": _("Say which of two reports of one day came first.")},
                widget=forms.RadioSelect,
                help_text=_("The later report counts for the day."),
            )

    def clean(self) -> dict[str, Any]:
        """What the file leaves open has to be said."""
        said = super().clean() or {}
        columns = {field: said[field] for field in LABELS if said.get(field)}
        if self.preview.is_in_doubt(columns):
            self._insist("day_order")
        unclear = self.preview.day_column(columns).newest_first is None
        if unclear and self.preview.needs_line_order(columns):
            self._insist("line_order")
        return said

    def _insist(self, name: str) -> None:
        """Another column than the guessed one leaves it open."""
        if not self.cleaned_data.get(name) and name not in self.errors:
            self.add_error(name, self.fields[name].error_messages["required"])

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
        others = {*MORE, *self.names, "day_order", "line_order"}
        return [field for field in self if field.name not in others]

    def asked(self) -> list[forms.BoundField]:
        """What the file leaves open, or could have left open."""
        return [self[name] for name in ("day_order", "line_order") if name in self.fields]

    def doubts(self) -> list[list[str]]:
        """Some cells that can be read in two ways, with their readings."""
        return [line[:3] for day in self.preview.doubts(self._now_chosen()) for line in day.lines]

    def _now_chosen(self) -> dict[str, str]:
        return {name: column for name in self._labels() if (column := self[name].value())}

    def headings(self) -> list[tuple[str, Any]]:
        """Each column of the file, and what it is taken for now."""
        taken = {column: LABELS[name] for name, column in self._now_chosen().items()}
        return [(name, taken.get(name, "")) for name in self.run.names]

    def places(self) -> list[forms.BoundField]:
        return [self[name] for name in self.names]

    def more(self) -> list[forms.BoundField]:
        return [self[name] for name in MORE if name in self.fields]

    def has_more(self) -> bool:
        return any(field.value() for field in self.more())

    def plan(self, episodes: dict[str, Episode]) -> Plan:
        """What was chosen, for the action; `episodes` by region."""
        answers = self.cleaned_data
        return Plan(
            columns={field: answers[field] for field in LABELS if answers.get(field)},
            chosen={name: answers[field] for field, name in self.names.items() if answers[field]},
            episode=episodes.get(answers.get("episode", "")),
            typed_in=answers["typed_in"],
            day_order=self._day_order(),
            newest_first=self._newest_first(),
        )

    def _day_order(self) -> str:
        """Empty where it is as the file shows by itself."""
        said: str = self.cleaned_data.get("day_order", "")
        return "" if said == self.preview.day_column(self._now_chosen()).order else said

    def _newest_first(self) -> bool:
        said = self.cleaned_data.get("line_order", "")
        return (
            said == "newest"
            if said
            else bool(self.preview.day_column(self._now_chosen()).newest_first)
        )


class LookAgainForm(forms.Form):
    """The names of the columns stand further down."""

    skip_lines = forms.IntegerField(
        label=_("Lines above the names of the columns"),
        min_value=0,
        max_value=MOST_LINES_ABOVE,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
