"""A complaint: Condition of US Core (problems and health concerns). One that nobody has described is none yet."""

from __future__ import annotations

from django.db.models import Q

from exchange.datatypes import TERMS, Resource, coded, day, patient, reference, resource, text
from exchange.params import Param, any_of, on
from exchange.sources import Kind, Source
from patients.models import Episode

KIND_OF = "problem-list-item"


def condition(row: Episode, key: str) -> Resource:
    return resource(
        "Condition",
        row,
        key,
        "condition-problems-health-concerns",
        clinicalStatus=coded(
            f"{TERMS}condition-clinical", "inactive" if row.closed_on else "active"
        ),
        verificationStatus=coded(f"{TERMS}condition-ver-status", "confirmed"),
        category=[coded(f"{TERMS}condition-category", KIND_OF)],
        code=text(row.condition and row.condition.title),
        bodySite=[text(row.get_region_display())],
        subject=patient(row.patient_id),
        onsetDateTime=day(row.onset_on),
        recordedDate=day(row.opened_on),
        note=[{"text": "With symptoms in an arm or a leg."}] if row.radiating else [],
    )


def of_episode(pk: int) -> list[dict[str, str]]:
    return [reference("Condition", pk)]


def _status(value: str) -> Q:
    wanted, found = any_of(value), Q(pk__in=[])
    if "active" in wanted:
        found |= Q(closed_on=None)
    if "inactive" in wanted:
        found |= Q(closed_on__isnull=False)
    return found


CONDITION = Kind(
    "Condition",
    (
        Source(
            Episode,
            condition,
            patient="patient",
            joined=("condition",),
            kept=Q(onset_on__isnull=False),
            params={
                "clinical-status": Param("token", _status),
                "onset-date": on("onset_on"),
                "recorded-date": on("opened_on"),
            },
        ),
    ),
    "condition-problems-health-concerns",
    {"category": (KIND_OF,)},
)
