"""Questionnaires and their answers: Questionnaire, and QuestionnaireResponse of US Core. Of a questionnaire whose
licence keeps its items with its owner there is neither: its total is an Observation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from exchange.datatypes import Piece, Resource, base, day, instant, patient, resource, whole
from exchange.params import at, beginning, ending_in, token
from exchange.sources import Kind, Source
from pathway.models import Instrument, InstrumentItem
from patients.models import FunctionScore

TICKS = "count"


def url(own: Instrument) -> str:
    return f"{base()}/Questionnaire/{own.key}"


def is_told_whole(row: FunctionScore) -> bool:
    return row.instrument.may_ship_items and bool(row.answers)


def questionnaire(row: Instrument, key: str) -> Resource:
    return resource(
        "Questionnaire",
        row,
        key,
        url=url(row),
        version=str(row.protocol.version),
        name="".join(part.capitalize() for part in row.key.split("-")),
        title=row.name,
        status="active",
        subjectType=["Patient"],
        date=day(row.protocol.published_at.date()),
        description=row.instruction or row.purpose,
        copyright=row.attribution or row.licence_note,
        item=[_item(row, each) for each in _items(row)],
    )


def _items(row: Instrument) -> list[InstrumentItem]:
    return sorted(row.items.all(), key=lambda each: each.position)


def _item(row: Instrument, item: InstrumentItem) -> Piece:
    asked = {"linkId": item.key, "text": item.text}
    if row.scoring == TICKS:
        return asked | {"type": "boolean"}
    values = range(row.minimum, row.maximum + 1)
    return asked | {
        "type": "choice",
        "answerOption": [{"valueCoding": _answer(row, item, value)} for value in values],
    }


def _answer(row: Instrument, item: InstrumentItem, value: int) -> Piece:
    """A number, and what stands at it."""
    words = {row.minimum: item.low_anchor, row.maximum: item.high_anchor}.get(value, "")
    if item.choices:
        words = item.choices[value - row.minimum]
    return whole(code=str(value), display=f"{value}: {words}" if words else str(value))


def response(row: FunctionScore, key: str) -> Resource:
    own = row.instrument
    return resource(
        "QuestionnaireResponse",
        row,
        key,
        "questionnaireresponse",
        questionnaire=f"{url(own)}|{own.protocol.version}",
        status="completed",
        subject=patient(row.episode.patient_id),
        authored=instant(row.completed_at),
        item=list(_answered(row)),
    )


def _answered(row: FunctionScore) -> Iterator[Piece]:
    for item in _items(row.instrument):
        value = row.answers.get(item.key)
        if value is not None:
            yield {"linkId": item.key, "text": item.text, "answer": [_said(row, item, value)]}


def _said(row: FunctionScore, item: InstrumentItem, value: Any) -> Piece:
    if row.instrument.scoring == TICKS:
        return {"valueBoolean": bool(value)}
    return {"valueCoding": _answer(row.instrument, item, int(value))}


RESPONSE = Kind(
    "QuestionnaireResponse",
    (
        Source(
            FunctionScore,
            response,
            joined=("episode", "instrument__protocol"),
            gathered=("instrument__items",),
            kept=Q(instrument__may_ship_items=True) & ~Q(answers={}),
            params={"authored": at("completed_at")},
        ),
    ),
    "questionnaireresponse",
    {"status": ("completed",)},
)
QUESTIONNAIRE = Kind(
    "Questionnaire",
    (
        Source(
            Instrument,
            questionnaire,
            patient=None,
            joined=("protocol",),
            gathered=("items",),
            kept=Q(protocol__sealed=True, may_ship_items=True),
            stamp="protocol__published_at",
            params={
                "url": ending_in("key"),
                "version": token("protocol__version"),
                "title": beginning("name"),
            },
        ),
    ),
    fixed={"status": ("active",)},
)
