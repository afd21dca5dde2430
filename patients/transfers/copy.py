"""What goes along to the other clinic: the parts that were agreed, as words and numbers of this day. The rows
stay where they are; nothing of them is entered in the other clinic as if it had happened there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from patients.models import (
    Episode,
    FunctionScore,
    ImagingStudy,
    MedicationCourse,
    Patient,
    Procedure,
    SymptomLog,
    Transfer,
)

Part = Transfer.Part


def copy_of(patient: Patient, parts: Sequence[str]) -> dict[str, Any]:
    """Complaints in every case; days as ISO text. Withdrawn rows are left out."""
    episodes = patient.episodes.select_related("condition").order_by("opened_on", "pk")
    return {"complaints": [_complaint(episode, parts) for episode in episodes]}


def _complaint(episode: Episode, parts: Sequence[str]) -> dict[str, Any]:
    said: dict[str, Any] = {
        "condition": str(episode.condition or ""),
        "region": str(episode.get_region_display()),
        "onset_on": _day(episode.onset_on),
        "closed_on": _day(episode.closed_on),
    }
    for part, read in READ.items():
        if part in parts:
            said[part] = list(read(episode))
    return said


def _steps(episode: Episode) -> Iterator[dict[str, Any]]:
    for trial in episode.trials.select_related("tier").order_by("started_on", "pk"):
        outcome = str(trial.get_outcome_display()) if trial.outcome else ""
        yield {
            "what": str(trial.tier),
            "from": _day(trial.started_on),
            "to": _day(trial.ended_on),
            "said": outcome,
        }
    for before in episode.prior_treatments.order_by("pk"):
        weeks = {"from": "", "to": "", "weeks": before.weeks}
        yield {"what": before.what, **weeks, "said": str(before.get_helped_display())}


def _scores(episode: Episode) -> Iterator[dict[str, Any]]:
    rows = FunctionScore.objects.filter(episode=episode).select_related("instrument")
    for score in rows.order_by("local_date", "pk"):
        total = f"{score.total:g}"
        yield {"what": score.instrument.short_name, "on": _day(score.local_date), "total": total}


def _diary(episode: Episode) -> Iterator[list[Any]]:
    """Each answer with its day; several of one day stay several."""
    logs = SymptomLog.objects.not_withdrawn().filter(episode=episode).order_by("local_date", "pk")
    for day, pain in logs.values_list("local_date", "average_pain"):
        yield [_day(day), pain]


def _records(episode: Episode) -> Iterator[dict[str, str]]:
    for model, day in (
        (MedicationCourse, "started_on"),
        (Procedure, "done_on"),
        (ImagingStudy, "done_on"),
    ):
        for row in model.objects.not_withdrawn().filter(episode=episode).order_by(day, "pk"):
            yield {
                "kind": str(model._meta.verbose_name),
                "what": str(row),
                "on": _day(getattr(row, day)),
            }


READ = {Part.STEPS: _steps, Part.SCORES: _scores, Part.DIARY: _diary, Part.RECORDS: _records}


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
