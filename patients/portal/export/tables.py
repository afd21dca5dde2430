"""A patient's own copy of the record: a sheet for each kind of row that the patient may read.

Which kinds these are is said where everything else about reading is said: by the QuerySets
(`patient_may_read`). A new table is in the copy from its first day.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from itertools import islice
from typing import Any

from django.apps import apps
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import ForeignKey, Model, QuerySet
from django.utils.text import camel_case_to_spaces

from patients.models import Decision, Episode, Intake, OwnActivity, Patient, SymptomLog, TrialReview
from patients.queries.records import RecordQuerySet

CHUNK = 500
# Beside a column in words, in the reader's language, one with its code, which is the same in all.
CODE = "_code"
NOT_SAID = {"id", "submission_id", "uid", "patient", "invitation"}
# Said by a sheet of their own below, or worked out from the logs again and again.
OF_THEIR_OWN: set[type[Model]] = {Intake, TrialReview}
# What a reason of a colleague says may be about others (BreakGlassQuerySet).
KEPT_BACK = {"BreakGlass": {"reason"}}
# By these a copy that is imported again knows its own logs: diary_file.names.OWN_COPY.
FOR_THE_MACHINE = {"SymptomLog": ["submission_id", "region_code"]}
WITH_HISTORY = (SymptomLog, OwnActivity)


@dataclass(frozen=True)
class ExportTable:
    """`rows` are read from the database each time that they are asked for."""

    name: str
    columns: list[str]
    rows: Iterable[list[Any]]


@dataclass(frozen=True)
class ExportLines:
    """Rows of a query, one list each, in the patient's own time."""

    query: QuerySet[Any]
    columns: list[str]
    zone: Any

    def __iter__(self) -> Iterator[list[Any]]:
        """As values, not as instances: whom and what they link to is read once, however many rows name it."""
        cells = [self._cell(name) for name in self.columns]
        rows = self.query.values_list(*map(self._path, self.columns)).iterator(chunk_size=CHUNK)
        while chunk := list(islice(rows, CHUNK)):
            for place, cell in enumerate(cells):
                if isinstance(cell, Links):
                    cell.read({row[place] for row in chunk})
            for row in chunk:
                yield [cell(value) for cell, value in zip(cells, row, strict=True)]

    def _path(self, name: str) -> str:
        """Where a column's value lies; the region of a log is its complaint's."""
        plain = name.removesuffix(CODE)
        fields = self.query.model._meta.concrete_fields
        own = {name for field in fields for name in (field.name, field.attname)}
        return plain if plain in own else f"episode__{plain}"

    def _cell(self, name: str) -> Callable[[Any], Any]:
        """What a column's value becomes."""
        if name.endswith(CODE):
            return lambda value: "" if value is None else str(value)
        field: Any = self.query.model._meta.get_field(name)
        if _is_link(self.query.model, name):
            return Links(field.related_model)
        if field.choices:
            named = {value: str(words) for value, words in field.flatchoices}
            return lambda value: named.get(value, value)
        return self._plain

    def _plain(self, value: Any) -> Any:
        if isinstance(value, DateTimeTZRange):
            return f"{self._local(value.lower)} to {self._local(value.upper)}"
        if isinstance(value, datetime):
            return value.astimezone(self.zone)
        if isinstance(value, dict | list):
            return json.dumps(value, ensure_ascii=False)
        return value

    def _local(self, instant: datetime) -> str:
        return instant.astimezone(self.zone).isoformat(timespec="minutes")


class Links:
    """The rows that a column names, in words."""

    def __init__(self, model: type[Model]) -> None:
        related = ("condition",) if model is Episode else ()
        self.rows = model._default_manager.select_related(*related)
        self.words: dict[Any, str] = {}

    def read(self, keys: set[Any]) -> None:
        """Those that were not named before."""
        fresh = keys - self.words.keys() - {None}
        if fresh:
            self.words |= {row.pk: _words(row) for row in self.rows.filter(pk__in=fresh)}

    def __call__(self, key: Any) -> str | None:
        return self.words.get(key)


def _words(row: Model) -> str:
    """The column's name in plain words."""
    if isinstance(row, Episode):
        return _complaint(row)
    said = (getattr(row, name, None) for name in ("name", "title", "text"))
    return str(next((words for words in said if words), row))


def _complaint(episode: Episode) -> str:
    """Before the intake is confirmed it has no name yet."""
    named = (episode.condition.title if episode.condition else "", episode.get_region_display())
    return ", ".join(str(part) for part in named if part)


def _is_link(model: type[Model], name: str) -> bool:
    field = model._meta.get_field(name)
    return isinstance(field, ForeignKey) and field.name == name


def export_tables_of(patient: Patient, models: Iterable[type[Model]] = ()) -> list[ExportTable]:
    """Everything that this patient may read, of this app's models and of `models`."""
    own = apps.get_app_config("patients").get_models()
    kinds = [model for model in (*own, *models) if is_readable(model)]
    return [
        _about_me(patient),
        _told(patient),
        _intakes(patient),
        *(_table(model, patient) for model in kinds),
        *(_history(model, patient) for model in WITH_HISTORY),
    ]


def is_readable(model: type[Model]) -> bool:
    """Whether its rows are of a record, and the patient may read them as they are."""
    rows = model._default_manager.all()
    is_record = isinstance(rows, RecordQuerySet) and rows.patient_may_read
    return is_record and model not in OF_THEIR_OWN


def own_rows(model: type[Model], patient: Patient) -> Any:
    rows: Any = model._default_manager.all()
    return rows.visible_to(patient).order_by("pk")


def columns_of(model: type[Model]) -> list[str]:
    """Its own fields, and links to people, to the protocol and to the complaint."""
    kept_back = NOT_SAID | KEPT_BACK.get(model.__name__, set())
    fields = [
        field
        for field in model._meta.concrete_fields
        if field.name not in kept_back and _is_plain(field) and not field.generated
    ]
    codes = [f"{field.name}{CODE}" for field in fields if field.choices]
    more = FOR_THE_MACHINE.get(model.__name__, [])
    return [field.name for field in fields] + codes + more


def _is_plain(field: Any) -> bool:
    if not isinstance(field, ForeignKey):
        return not field.name.startswith("pgh_") and not field.primary_key
    to: Any = field.related_model
    return bool(to._meta.app_label != "patients" or to.__name__ == "Episode")


def _table(model: type[Model], patient: Patient) -> ExportTable:
    columns = columns_of(model)
    rows = own_rows(model, patient)
    return ExportTable(_name(model), columns, ExportLines(rows, columns, patient.zone))


def _name(model: type[Model]) -> str:
    return camel_case_to_spaces(model.__name__).replace(" ", "-")


def _history(model: type[Model], patient: Patient) -> ExportTable:
    """Each state that a row was in, with the time of the change."""
    events: Any = apps.get_model(model._meta.app_label, f"{model.__name__}Event")
    columns = ["pgh_created_at", "pgh_label", "pgh_obj_id", *columns_of(model)]
    rows = events._default_manager.filter(pgh_obj__in=own_rows(model, patient))
    lines = ExportLines(rows.order_by("pgh_id"), columns, patient.zone)
    names = ["changed_at", "change", "row", *columns[3:]]
    return ExportTable(f"{_name(model)}-history", names, lines)


def _about_me(patient: Patient) -> ExportTable:
    columns = columns_of(Patient)
    rows = Patient.objects.filter(pk=patient.pk)
    return ExportTable("about-me", columns, ExportLines(rows, columns, patient.zone))


@dataclass(frozen=True)
class Made:
    """Rows that are worked out one by one from other rows."""

    make: partial[Iterator[list[Any]]]

    def __iter__(self) -> Iterator[list[Any]]:
        return self.make()


def _told(patient: Patient) -> ExportTable:
    """The sentences that the care team wrote to the patient."""
    columns = ["day", "sentence", "next_check_on", "written_by"]
    return ExportTable("messages-from-your-care-team", columns, Made(partial(_sentences, patient)))


def _sentences(patient: Patient) -> Iterator[list[Any]]:
    told = Decision.objects.about(patient)
    for decision in told.exclude(patient_sentence="").order_by("pk"):
        day: date = patient.local_date(decision.decided_at)
        said = decision.patient_sentence
        yield [day, said, decision.next_check_on, decision.decided_by.name]


def _intakes(patient: Patient) -> ExportTable:
    """What was answered at the start; what it suggests is the clinic's."""
    columns = ["started_at", "sent_at", "page", "question", "answer"]
    return ExportTable("first-questions", columns, Made(partial(_answers, patient)))


def _answers(patient: Patient) -> Iterator[list[Any]]:
    for intake in own_rows(Intake, patient):
        at = (intake.started_at, intake.sent_at)
        times = [instant and instant.astimezone(patient.zone) for instant in at]
        for page, answers in intake.answers.items():
            for question, answer in answers.items():
                words = "; ".join(answer) if isinstance(answer, list) else answer
                yield [*times, page, question, words]
