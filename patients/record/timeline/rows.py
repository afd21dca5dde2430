"""Which rows of a patient a timeline reads, kind by kind; all but the findings in one query.

Kinds of which there are many are read for the period, with the newest row before it; of the others
there are few, and a thing that began before the period may end in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import Q, QuerySet

from accounts.composed import composed
from pathway.models import Modality
from patients.models import (
    Decision,
    Exercise,
    Finding,
    Flag,
    FunctionScore,
    ImagingStudy,
    Letter,
    MedicationCourse,
    Patient,
    Procedure,
    Reassessment,
    ReliefEntry,
    SafetyAnswer,
    SafetyCall,
    SafetyOutcome,
    SelfManagementPlan,
    SymptomLog,
    TherapyProgramme,
    TherapySession,
    TierTrial,
    TreatmentCycle,
)
from patients.record.bulk_read import Gathering, RowKind
from patients.record.timeline.days import Timeline, What

Rows = dict[str, list[Any]]
Period = tuple[date, date]
# Told by a panel of scheduling.
ELSEWHERE = (What.VISIT, What.CALL)


def read(timeline: Timeline) -> Rows:
    """The rows by name; names of kinds that were not asked for are missing."""
    patient = timeline.patient
    if timeline.only in ELSEWHERE:
        return {}
    rows = _gathering(timeline.only).of(patient.pk, *timeline.period)
    return {**rows, "findings": _findings(patient.pk)} if timeline.tells(What.FLAG) else rows


@lru_cache(maxsize=len(What))
def _gathering(only: str) -> Gathering:
    """A statement for each choice of what is told: all of it, or one kind."""

    def kinds(patient: int, first: date, last: date) -> dict[str, RowKind]:
        every = _kinds(Patient(pk=patient), (first, last))
        return {name: rows for what, name, rows in every if only in ("", what)}

    return Gathering(Patient, kinds, int, date, date)


@composed(int)
def _findings(patient: int) -> QuerySet[Finding]:
    """A query of their own: what the rules read stands in the row too, and is not told here."""
    found = Finding.objects.filter(flag__episode__patient=patient, flag__shadow=False)
    return found.only("flag_id", "kind", "sentence", "found_at").order_by("found_at", "pk")


def titles_of(rows: Rows) -> dict[tuple[int, str], str]:
    """Of the modalities that plans and programmes name by key, each in its own protocol version."""
    sheets = [*rows.get("plans", ()), *rows.get("programmes", ())]
    keys = {key for sheet in sheets for key in sheet.modality_keys}
    named = Modality.objects.filter(protocol__in={sheet.protocol_id for sheet in sheets})
    values = named.filter(key__in=keys).values_list("protocol_id", "key", "title")
    return {(protocol, key): title for protocol, key, title in values}


def _kinds(patient: Patient, period: Period) -> Iterator[tuple[str, str, RowKind]]:
    yield from _answers(patient, period)
    yield from _care(patient)
    yield from _therapy(patient, period)
    yield from _treatments(patient)


def _answers(patient: Patient, period: Period) -> Iterator[tuple[str, str, RowKind]]:
    own = {"episode__patient": patient}
    logs = SymptomLog.objects.not_withdrawn().filter(**own).order_by("logged_at", "pk")
    logs = logs.select_related("entered_by")
    yield What.LOG, "logs", RowKind(_recent(logs, "local_date", period))
    scores = FunctionScore.objects.filter(**own).order_by("completed_at", "pk")
    recent = _recent(scores, "local_date", period)
    yield What.SCORE, "scores", RowKind(recent, ("instrument__short_name",))
    answers = SafetyAnswer.objects.filter(**own, answer=True).order_by("answered_at", "pk")
    yield What.SAFETY, "answers", RowKind(answers, ("question__text",))


def _care(patient: Patient) -> Iterator[tuple[str, str, RowKind]]:
    own = {"episode__patient": patient}
    flags = Flag.objects.filter(**own, shadow=False).order_by("opened_at", "pk")
    yield What.FLAG, "flags", RowKind(flags)
    decisions = Decision.objects.filter(flag__episode__patient=patient).order_by("decided_at", "pk")
    yield What.DECISION, "decisions", RowKind(decisions, ("decided_by__name",))
    outcomes = SafetyOutcome.objects.filter(**own).order_by("recorded_at", "pk")
    yield What.SAFETY, "outcomes", RowKind(outcomes, ("recorded_by__name",))
    calls = SafetyCall.objects.not_withdrawn().filter(**own).order_by("called_at", "pk")
    yield What.SAFETY, "safety_calls", RowKind(calls, ("called_by__name",))
    trials = TierTrial.objects.filter(**own).order_by("started_on", "pk")
    yield What.STEP, "trials", RowKind(trials, ("tier__level", "tier__title"))
    cycles = TreatmentCycle.objects.filter(trial__episode__patient=patient, procedure=None)
    yield What.STEP, "cycles", RowKind(cycles.order_by("started_on", "pk"), ("modality__title",))
    looks = Reassessment.objects.not_withdrawn().filter(**own).order_by("held_on", "pk")
    yield What.REASSESSMENT, "reassessments", RowKind(looks, ("outcome__title",))
    letters = Letter.objects.exclude(state=Letter.State.DRAFT).filter(
        reassessment__episode__patient=patient, reassessment__withdrawn_at=None
    )
    yield What.REASSESSMENT, "letters", RowKind(letters.order_by("entered_at", "pk"))


def _therapy(patient: Patient, period: Period) -> Iterator[tuple[str, str, RowKind]]:
    own = {"episode__patient": patient}
    plans = SelfManagementPlan.objects.not_withdrawn().filter(**own).order_by("given_on", "pk")
    yield What.PLAN, "plans", RowKind(plans)
    programmes = TherapyProgramme.objects.not_withdrawn().filter(**own).order_by("started_on", "pk")
    yield What.THERAPY, "programmes", RowKind(programmes)
    exercises = Exercise.objects.not_withdrawn().filter(
        programme__episode__patient=patient, programme__withdrawn_at=None
    )
    yield What.THERAPY, "exercises", RowKind(exercises.order_by("started_on", "pk"))
    sessions = TherapySession.objects.not_withdrawn().filter(
        programme__episode__patient=patient, programme__withdrawn_at=None
    )
    recent = _recent(sessions.order_by("held_on", "pk"), "held_on", period)
    yield What.THERAPY, "sessions", RowKind(recent)


def _treatments(patient: Patient) -> Iterator[tuple[str, str, RowKind]]:
    own = {"episode__patient": patient}
    medicines = MedicationCourse.objects.not_withdrawn().filter(**own).order_by("started_on", "pk")
    yield What.MEDICINE, "medicines", RowKind(medicines, ("modality__title",))
    procedures = Procedure.objects.not_withdrawn().filter(**own).order_by("done_on", "pk")
    yield What.PROCEDURE, "procedures", RowKind(procedures, ("modality__title",))
    relief = ReliefEntry.objects.not_withdrawn().filter(
        procedure__episode__patient=patient, procedure__withdrawn_at=None
    )
    yield What.PROCEDURE, "relief", RowKind(relief.order_by("after", "pk"))
    images = ImagingStudy.objects.not_withdrawn().filter(**own).order_by("done_on", "pk")
    yield What.IMAGING, "images", RowKind(images)


def _recent(rows: QuerySet[Any], day: str, period: Period) -> QuerySet[Any]:
    before = rows.filter(**{f"{day}__lt": period[0]}).order_by(f"-{day}", "-pk")
    within = Q(**{f"{day}__range": period})
    return rows.filter(within | Q(pk__in=before.values("pk")[:1]))
