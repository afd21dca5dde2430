"""Scores: Observation of US Core (screening and assessment). A day's pain, a questionnaire's total, the relief
after a procedure. What was taken back is named and says nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Q

from exchange.datatypes import (
    LOINC,
    NOT_APPLICABLE,
    TERMS,
    WITHHELD,
    Piece,
    Resource,
    base,
    coded,
    day,
    instant,
    patient,
    percent,
    reference,
    resource,
    score,
    text,
)
from exchange.params import Param, always, any_of, at, on, token
from exchange.resources.questionnaire import is_told_whole
from exchange.sources import Kind, Source
from patients.models import FunctionScore, ReliefEntry, SymptomLog

SURVEY = "survey"
PAIN = "72514-3"
# Beside the average of the day.
MORE = {
    "worst_pain": "Worst pain",
    "interference": "How much pain got in the way",
    "neck_pain": "Neck pain",
    "back_pain": "Back pain",
    "arm_pain": "Arm pain",
    "leg_pain": "Leg pain",
}


def _observation(row: Any, key: str, **parts: Any) -> Resource:
    withdrawn = getattr(row, "withdrawn_at", None) is not None
    if withdrawn:
        parts = {"dataAbsentReason": WITHHELD, **_without_values(parts)}
    return resource(
        "Observation",
        row,
        key,
        "observation-screening-assessment",
        status="entered-in-error" if withdrawn else "final",
        category=[coded(f"{TERMS}observation-category", SURVEY)],
        **parts,
    )


def _without_values(parts: dict[str, Any]) -> dict[str, Any]:
    values = {"valueQuantity", "component", "dataAbsentReason"}
    return {name: part for name, part in parts.items() if name not in values}


def of_log(row: SymptomLog, key: str) -> Resource:
    return _observation(
        row,
        key,
        code=coded(LOINC, PAIN, words="Pain of the day, on average, 0 to 10"),
        subject=patient(row.episode.patient_id),
        focus=[reference("Condition", row.episode_id)],
        effectiveDateTime=day(row.local_date),
        issued=instant(row.logged_at),
        valueQuantity=score(row.average_pain),
        component=list(_components(row)),
    )


def _components(row: SymptomLog) -> Iterator[Piece]:
    for name, words in MORE.items():
        value = getattr(row, name)
        if value is not None:
            yield {"code": text(words), "valueQuantity": score(value)}


def of_score(row: FunctionScore, key: str) -> Resource:
    return _observation(
        row,
        key,
        code=_code(row),
        subject=patient(row.episode.patient_id),
        focus=[reference("Condition", row.episode_id)],
        effectiveDateTime=day(row.local_date),
        issued=instant(row.completed_at),
        valueQuantity=score(float(row.total)),
        derivedFrom=[reference("QuestionnaireResponse", row.pk)] if is_told_whole(row) else [],
    )


def _code(row: FunctionScore) -> Piece:
    own = row.instrument
    if own.loinc:
        return coded(LOINC, own.loinc, words=own.name)
    return coded(f"{base()}/CodeSystem/instruments", own.key, words=own.name)


def of_relief(row: ReliefEntry, key: str) -> Resource:
    done = row.procedure.done_on
    shown = row.percent
    return _observation(
        row,
        key,
        code=text("Relief after a procedure"),
        subject=patient(row.procedure.episode.patient_id),
        partOf=[reference("Procedure", row.procedure_id)],
        effectiveDateTime=day(
            done if row.procedure.counts_hours else done + timedelta(weeks=row.after)
        ),
        issued=instant(row.recorded_at),
        valueQuantity=None if shown is None else percent(shown),
        dataAbsentReason=NOT_APPLICABLE if shown is None else None,
        component=[
            {"code": text("Pain before"), "valueQuantity": score(row.pain_before)},
            {"code": text("Pain then"), "valueQuantity": score(row.pain_now)},
        ],
        note=[{"text": f"{row.after} {'hours' if row.procedure.counts_hours else 'weeks'} after"}],
    )


def _instrument() -> Param:
    return token("instrument__loinc", "instrument__key")


def _status(value: str) -> Q:
    wanted, found = any_of(value), Q(pk__in=[])
    if "final" in wanted:
        found |= Q(withdrawn_at=None)
    if "entered-in-error" in wanted:
        found |= Q(withdrawn_at__isnull=False)
    return found


STATUS = Param("token", _status)
OBSERVATION = Kind(
    "Observation",
    (
        Source(
            SymptomLog,
            of_log,
            prefix="log",
            joined=("episode",),
            params={"code": always(PAIN), "date": on("local_date"), "status": STATUS},
        ),
        Source(
            FunctionScore,
            of_score,
            prefix="score",
            joined=("episode", "instrument"),
            params={"code": _instrument(), "date": on("local_date"), "status": always("final")},
        ),
        Source(
            ReliefEntry,
            of_relief,
            prefix="relief",
            patient="procedure__episode__patient",
            joined=("procedure__episode",),
            params={"date": at("recorded_at"), "status": STATUS},
        ),
    ),
    "observation-screening-assessment",
    {"category": (SURVEY,)},
)
