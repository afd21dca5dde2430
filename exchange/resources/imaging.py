"""A picture in words: DiagnosticReport, never ImagingStudy, for there is no picture here."""

from __future__ import annotations

from exchange.datatypes import TERMS, Resource, coded, instant, named, patient, resource, text
from exchange.params import on
from exchange.sources import Kind, Source
from patients.models import ImagingStudy

RADIOLOGY = "RAD"


def diagnostic_report(row: ImagingStudy, key: str) -> Resource:
    what = " of the ".join(filter(None, [row.get_method_display(), row.get_part_display().lower()]))
    return resource(
        "DiagnosticReport",
        row,
        key,
        status=_status(row),
        category=[coded(f"{TERMS}v2-0074", RADIOLOGY)],
        code=text(what),
        subject=patient(row.episode.patient_id),
        effectiveDateTime=f"{row.done_on:%Y-%m-%d}" if row.day_known else f"{row.done_on:%Y-%m}",
        issued=instant(row.recorded_at),
        conclusion="" if row.withdrawn_at else row.findings,
        performer=[named("Told by the patient")] if row.reported_on else [],
    )


def _status(row: ImagingStudy) -> str:
    """Told by the patient, without findings, it is no report that anybody has read here."""
    if row.withdrawn_at:
        return "entered-in-error"
    return "final" if row.findings else "unknown"


DIAGNOSTIC_REPORT = Kind(
    "DiagnosticReport",
    (
        Source(
            ImagingStudy,
            diagnostic_report,
            joined=("episode",),
            params={"date": on("done_on")},
        ),
    ),
    fixed={"category": (RADIOLOGY,)},
)
