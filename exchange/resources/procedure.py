"""What was done at the spine: Procedure of US Core. The relief after it is an Observation beside it."""

from __future__ import annotations

from exchange.datatypes import Resource, day, notes, patient, reference, resource, text
from exchange.params import on
from exchange.sources import Kind, Source
from patients.models import Procedure


def procedure(row: Procedure, key: str) -> Resource:
    return resource(
        "Procedure",
        row,
        key,
        "procedure",
        status="entered-in-error" if row.withdrawn_at else "completed",
        code=text(f"{row.modality.title} ({row.get_purpose_display().lower()})"),
        subject=patient(row.episode.patient_id),
        performedDateTime=day(row.done_on),
        reasonReference=[reference("Condition", row.episode_id)],
        bodySite=[text(f"{row.level}, {row.get_side_display().lower()}")],
        note=notes(row.how, row.note),
    )


PROCEDURE = Kind(
    "Procedure",
    (
        Source(
            Procedure,
            procedure,
            joined=("episode", "modality"),
            params={"date": on("done_on")},
        ),
    ),
    "procedure",
)
