"""A step that is or was tried: CarePlan of US Core. Undone on its first day, it was never tried."""

from __future__ import annotations

from django.db.models import F, Q

from exchange.datatypes import Piece, Resource, base, narrative, notes, patient, period, resource
from exchange.params import Param, any_of, on
from exchange.resources.condition import of_episode
from exchange.sources import Kind, Source
from pathway.models import Modality
from patients.models import TierTrial

KIND_OF = "assess-plan"
SYSTEM = "http://hl7.org/fhir/us/core/CodeSystem/careplan-category"
UNDONE = Q(ended_on=F("started_on"))
STATUS = {
    "active": Q(ended_on=None),
    "completed": Q(ended_on__isnull=False) & ~UNDONE,
    "entered-in-error": UNDONE,
}


def care_plan(row: TierTrial, key: str) -> Resource:
    protocol, tier = row.tier.protocol, row.tier
    return resource(
        "CarePlan",
        row,
        key,
        "careplan",
        text=narrative([tier.title, *(each.title for each in _modalities(row))]),
        instantiatesCanonical=[f"{base()}/PlanDefinition/{protocol.key}|{protocol.version}"],
        status=_status(row),
        intent="plan",
        category=[{"coding": [{"system": SYSTEM, "code": KIND_OF}]}],
        title=tier.title,
        description=row.reason,
        subject=patient(row.episode.patient_id),
        period=period(row.started_on, row.ended_on or row.ends_on),
        addresses=of_episode(row.episode_id),
        activity=[_activity(row, each.title) for each in _modalities(row)],
        note=notes(
            row.extension_days and f"Extended by {row.extension_days} days: {row.extension_reason}",
            row.outcome and f"At its end: {row.get_outcome_display()}",
        ),
    )


def _modalities(row: TierTrial) -> list[Modality]:
    return sorted(row.modalities.all(), key=lambda each: each.position)


def _status(row: TierTrial) -> str:
    if row.ended_on is None:
        return "active"
    return "entered-in-error" if row.ended_on == row.started_on else "completed"


def _activity(row: TierTrial, title: str) -> Piece:
    status = "in-progress" if row.ended_on is None else "completed"
    return {"detail": {"status": status, "code": {"text": str(title)}}}


def _asked(value: str) -> Q:
    found = Q(pk__in=[])
    for word in any_of(value):
        found |= STATUS.get(word, Q(pk__in=[]))
    return found


CARE_PLAN = Kind(
    "CarePlan",
    (
        Source(
            TierTrial,
            care_plan,
            joined=("episode", "tier__protocol"),
            gathered=("modalities",),
            params={"date": on("started_on"), "status": Param("token", _asked)},
        ),
    ),
    "careplan",
    {"category": (KIND_OF,)},
)
