"""From the parsed text to unsaved rows. The models are the schema: their fields and choices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeAlias

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models

from pathway.models import (
    CeilingSign,
    ChecklistItem,
    Condition,
    Evidence,
    Instrument,
    InstrumentItem,
    Modality,
    Option,
    PatientMessage,
    Position,
    Protocol,
    Question,
    RiskFact,
    SafetyQuestion,
    Threshold,
    Tier,
    TrialWindow,
)
from pathway.source.lines import Path
from pathway.source.problems import Fault

# Set by publishing, never by the source.
NOT_REVIEWED = {"id", "version", "source", "digest", "published_at", "sealed", "position"}

Fields: TypeAlias = "dict[str, models.Field[Any, Any]]"

TOML_TYPES: tuple[tuple[type[models.Field[Any, Any]], tuple[type, ...], str], ...] = (
    (ArrayField, (list,), "a list"),
    (models.BooleanField, (bool,), "true or false"),
    (models.IntegerField, (int,), "a whole number"),
    (models.DecimalField, (int, Decimal), "a number"),
    (models.Field, (str,), "text in quotes"),
)


@dataclass(frozen=True)
class Section:
    """A list of tables in the source and the model of its rows."""

    model: type[models.Model]
    parent: str = ""
    children: Mapping[str, Section] = field(default_factory=dict)


SECTIONS: Mapping[str, Section] = {
    "evidence": Section(Evidence),
    "tiers": Section(
        Tier,
        children={
            "windows": Section(TrialWindow, "tier"),
            "modalities": Section(
                Modality, "tier", children={"positions": Section(Position, "modality")}
            ),
        },
    ),
    "conditions": Section(Condition),
    "options": Section(Option),
    "questions": Section(Question),
    "safety_questions": Section(SafetyQuestion),
    "risk_facts": Section(RiskFact),
    "ceiling_signs": Section(CeilingSign),
    "checklist": Section(ChecklistItem),
    "messages": Section(PatientMessage),
    "instruments": Section(Instrument, children={"items": Section(InstrumentItem, "instrument")}),
    "thresholds": Section(Threshold),
}


def _models(section: Section) -> Iterator[type[models.Model]]:
    """Parents before children."""
    yield section.model
    for child in section.children.values():
        yield from _models(child)


MODELS: tuple[type[models.Model], ...] = tuple(
    model for section in SECTIONS.values() for model in _models(section)
)


@dataclass(frozen=True)
class Draft:
    """An unsaved row and where in the source it stands."""

    path: Path
    row: Any


def draft_protocol(content: dict[str, Any]) -> Iterator[Draft | Fault]:
    """The protocol itself, then its parts, parents before children; and every fault on the way."""
    table = {name: value for name, value in content.items() if name not in SECTIONS}
    protocol = Protocol()
    yield from fill(protocol, table, ())
    yield Draft((), protocol)
    for name, section in SECTIONS.items():
        yield from _rows(section, content.get(name, []), (name,), {"protocol": protocol})


def _rows(
    section: Section, tables: Any, path: Path, around: dict[str, models.Model]
) -> Iterator[Draft | Fault]:
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        yield Fault(path, "expected a list of tables")
        return
    for position, table in enumerate(tables):
        yield from _row(section, table, (*path, position), around)


def _row(
    section: Section, table: dict[str, Any], path: Path, around: dict[str, models.Model]
) -> Iterator[Draft | Fault]:
    row = section.model(**around, position=path[-1])
    own = {name: value for name, value in table.items() if name not in section.children}
    yield from fill(row, own, path)
    yield Draft(path, row)
    for name, child in section.children.items():
        inside = {"protocol": around["protocol"], child.parent: row}
        yield from _rows(child, table.get(name, []), (*path, name), inside)


def fill(row: models.Model, table: dict[str, Any], path: Path) -> Iterator[Fault]:
    """Set the row's fields from the table and let the model clean them."""
    fields = _reviewed_fields(row)
    faults = [
        Fault((*path, name), fault)
        for name, value in table.items()
        if (fault := _fault_of(name, value, fields))
    ]
    wrong = {fault.path[-1] for fault in faults}
    for name in table.keys() - wrong:
        setattr(row, name, table[name])
    yield from faults
    yield from _clean(row, path, {name: fields[name] for name in fields.keys() - wrong})


def _reviewed_fields(row: models.Model) -> Fields:
    return {
        each.name: each
        for each in row._meta.concrete_fields
        if not each.is_relation and each.name not in NOT_REVIEWED
    }


def _fault_of(name: str, value: object, fields: Fields) -> str:
    if name not in fields:
        return f"unknown key; known are {', '.join(sorted(fields))}"
    return _type_fault(value, fields[name])


def _type_fault(value: object, wanted: models.Field[Any, Any]) -> str:
    types, expected = next(
        (types, text) for kind, types, text in TOML_TYPES if isinstance(wanted, kind)
    )
    # To Python, true is also a whole number.
    if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
        return f"expected {expected}"
    if isinstance(value, str) and "\0" in value:
        return "holds a null character"
    if isinstance(wanted, ArrayField) and isinstance(value, list):
        return next(
            (fault for each in value if (fault := _type_fault(each, wanted.base_field))), ""
        )
    return ""


def _clean(row: models.Model, path: Path, fields: Fields) -> Iterator[Fault]:
    skipped = {each.name for each in row._meta.concrete_fields} - fields.keys()
    try:
        row.clean_fields(exclude=skipped)
    except ValidationError as refused:
        for name, reasons in refused.message_dict.items():
            yield from (Fault((*path, name), reason) for reason in reasons)
            # The checks of the whole run on every row, and count on its types.
            setattr(row, name, fields[name].get_default())
