"""Everything that was written down about one complaint, in one query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from zoneinfo import ZoneInfo

from django.db.models import OuterRef

from patients.models import (
    Decision,
    Episode,
    Exercise,
    FunctionScore,
    ImagingStudy,
    MedicationCourse,
    Procedure,
    Reassessment,
    ReliefEntry,
    SafetyAnswer,
    SelfManagementPlan,
    TherapyProgramme,
    TherapySession,
    TierTrial,
    TreatmentCycle,
)
from patients.record.bulk_read import BulkRead, RowKind

EPISODE = OuterRef("pk")


@dataclass(frozen=True)
class Record:
    """The rows, earliest first; what was withdrawn is left out, except decisions."""

    zone: ZoneInfo
    trials: list[TierTrial]
    cycles: list[TreatmentCycle]
    decisions: list[Decision]
    answers: list[SafetyAnswer]
    scores: list[FunctionScore]
    plans: list[SelfManagementPlan]
    programmes: list[TherapyProgramme]
    sessions: list[TherapySession]
    exercises: list[Exercise]
    medicines: list[MedicationCourse]
    procedures: list[Procedure]
    relief: list[ReliefEntry]
    imaging: list[ImagingStudy]
    reassessments: list[Reassessment]

    def clinic_day(self, decision: Decision) -> date:
        return decision.decided_at.astimezone(self.zone).date()


def read(episode: Episode) -> Record:
    """Needs the episode's patient with the clinic; one query, however much there is."""
    return Record(zone=episode.patient.clinic.zone, **_bulk_read().of(episode.pk))


@cache
def _bulk_read() -> BulkRead:
    return BulkRead(Episode, **_steps(), **_records())


def _steps() -> dict[str, RowKind]:
    own = {"episode": EPISODE}
    answered = (
        "instrument__key", "instrument__short_name", "instrument__scoring", "instrument__maximum",
        "instrument__higher_is_worse", "instrument__meaningful_change",
    )  # fmt: skip
    return {
        "trials": RowKind(
            TierTrial.objects.counted().filter(**own).order_by("started_on", "pk"),
            ("tier__protocol_id", "tier__key", "tier__level", "tier__title", "tier__short_title"),
        ),
        "cycles": RowKind(
            TreatmentCycle.objects.filter(trial__episode=EPISODE, procedure=None).order_by(
                "started_on", "pk"
            ),
            ("modality__title",),
        ),
        "decisions": RowKind(
            Decision.objects.filter(flag__episode=EPISODE).order_by("decided_at", "pk"),
            ("decided_by__name",),
        ),
        "answers": RowKind(
            SafetyAnswer.objects.filter(**own).order_by("answered_at", "pk"), ("question__text",)
        ),
        "scores": RowKind(
            FunctionScore.objects.filter(**own).order_by("local_date", "pk"), answered
        ),
    }


def _records() -> dict[str, RowKind]:
    own = {"episode": EPISODE}
    of_programme = {"programme__episode": EPISODE, "programme__withdrawn_at": None}
    return {
        "plans": RowKind(
            SelfManagementPlan.objects.not_withdrawn().filter(**own).order_by("given_on", "pk")
        ),
        "programmes": RowKind(
            TherapyProgramme.objects.not_withdrawn().filter(**own).order_by("started_on", "pk")
        ),
        "sessions": RowKind(
            TherapySession.objects.not_withdrawn().filter(**of_programme).order_by("held_on", "pk")
        ),
        "exercises": RowKind(
            Exercise.objects.not_withdrawn().filter(**of_programme).order_by("started_on", "pk")
        ),
        "medicines": RowKind(
            MedicationCourse.objects.not_withdrawn().filter(**own).order_by("started_on", "pk"),
            ("modality__title", "modality__key", "recorded_by__name"),
        ),
        "procedures": RowKind(
            Procedure.objects.not_withdrawn().filter(**own).order_by("done_on", "pk"),
            ("modality__title",),
        ),
        "relief": RowKind(
            ReliefEntry.objects.not_withdrawn()
            .filter(procedure__episode=EPISODE, procedure__withdrawn_at=None)
            .order_by("after", "pk")
        ),
        "imaging": RowKind(
            ImagingStudy.objects.not_withdrawn().filter(**own).order_by("done_on", "pk"),
            ("recorded_by__name",),
        ),
        "reassessments": RowKind(
            Reassessment.objects.not_withdrawn().filter(**own).order_by("held_on", "pk"),
            ("outcome__title",),
        ),
    }
