"""A medicine from its start to its end: MedicationRequest of US Core. The record keeps no dose, and orders nothing."""

from __future__ import annotations

from exchange.datatypes import (
    Piece,
    Resource,
    day,
    notes,
    patient,
    reference,
    resource,
    text,
    whole,
)
from exchange.params import on
from exchange.sources import Kind, Source
from patients.models import MedicationCourse

INTENT = "plan"
ENDED = {"planned_end": "completed"}


def medication_request(row: MedicationCourse, key: str) -> Resource:
    return resource(
        "MedicationRequest",
        row,
        key,
        "medicationrequest",
        status=_status(row),
        statusReason=text(row.why_ended and row.get_why_ended_display()),
        intent=INTENT,
        reportedBoolean=row.reported_on is not None,
        medicationCodeableConcept=text(row.name),
        subject=patient(row.episode.patient_id),
        authoredOn=day(row.started_on or row.reported_on),
        requester=None if row.reported_on else {"display": row.recorded_by.name},
        reasonReference=[reference("Condition", row.episode_id)],
        dosageInstruction=[_dosage(row)],
        note=notes(
            row.modality and row.modality.title,
            row.side_effect and f"Side effect: {row.side_effect}",
        ),
    )


def _status(row: MedicationCourse) -> str:
    if row.withdrawn_at:
        return "entered-in-error"
    return ENDED.get(row.why_ended, "stopped") if row.ended_on else "active"


def _dosage(row: MedicationCourse) -> Piece:
    lasts = whole(start=day(row.started_on), end=day(row.ended_on))
    timing = {"repeat": {"boundsPeriod": lasts}} if lasts else {}
    return whole(
        text=str(row.get_use_display()), asNeededBoolean=row.use == "as_needed", timing=timing
    )


MEDICATION_REQUEST = Kind(
    "MedicationRequest",
    (
        Source(
            MedicationCourse,
            medication_request,
            joined=("episode", "modality", "recorded_by"),
            params={"authoredon": on("started_on")},
        ),
    ),
    "medicationrequest",
    {"intent": (INTENT,)},
)
