"""The tables of the evidence page: what was tried and how it went. Gaps are named, never filled in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from pathway.rules import (
    Adequacy,
    Chronicity,
    OpioidCourse,
    OpioidSettings,
    Tried,
    adequacy,
    chronicity,
    opioid_course,
)
from patients.models import (
    Decision,
    Episode,
    FunctionScore,
    ImagingStudy,
    MedicationCourse,
    Procedure,
    ReliefEntry,
    SelfManagementPlan,
    TherapyProgramme,
    TherapySession,
    TierTrial,
)
from patients.record.exercise_library import ShownExercise
from patients.record.medicine_class import asks_about_class
from patients.record.selectors.course import Programme, programme_in
from patients.record.selectors.evidence import FlagEvidence
from patients.record.selectors.record import Record

THERAPY = 2
SCORES_SHOWN = 6


@dataclass(frozen=True)
class TrialRow:
    """One trial, how much of it was done, and whether it was a fair one."""

    trial: TierTrial
    days: int
    programme: Programme
    sessions: tuple[int, int] | None
    adequacy: Adequacy


@dataclass(frozen=True)
class MedicineRow:
    """`days` is None where nobody knows when it began."""

    course: MedicationCourse
    days: int | None

    @property
    def asks(self) -> str:
        """Name and class disagree."""
        return asks_about_class(self.course.name, self.course.modality)


@dataclass(frozen=True)
class Opioids:
    """The opioid course that runs today, over all products; `is_note` in acute pain, early on;
    `at_least` where it was taken before, and nobody knows since when."""

    course: OpioidCourse
    is_note: bool
    at_least: bool


@dataclass(frozen=True)
class ProcedureRow:
    procedure: Procedure
    relief: list[ReliefEntry]


@dataclass(frozen=True)
class ImagingRow:
    study: ImagingStudy
    compared_with: ImagingStudy | None


@dataclass(frozen=True)
class SentenceTold:
    """A sentence shown on the patient's pages; `holds` is false once it was corrected or undone."""

    decision: Decision
    holds: bool


@dataclass(frozen=True)
class Tables:
    trials: list[TrialRow]
    medicines: list[MedicineRow]
    opioids: Opioids | None
    procedures: list[ProcedureRow]
    imaging: list[ImagingRow]
    told: list[SentenceTold]
    overall: FunctionScore | None
    function: list[FunctionScore]
    function_left_out: int


def tables(
    evidence: FlagEvidence, episode: Episode, today: date, settings: OpioidSettings
) -> Tables:
    """Newest first."""
    record = evidence.record
    change = [score for score in record.scores if score.instrument.key == "pgic"]
    forms = [score for score in reversed(record.scores) if score.instrument.key != "pgic"]
    return Tables(
        trials=[_trial(trial, evidence, today) for trial in reversed(record.trials)],
        medicines=[MedicineRow(each, each.days(today)) for each in reversed(record.medicines)],
        opioids=opioids_of(record.medicines, episode, today, settings),
        procedures=[
            ProcedureRow(each, [own for own in record.relief if own.procedure_id == each.pk])
            for each in reversed(record.procedures)
        ],
        imaging=_imaging(record),
        told=_told(record.decisions),
        overall=change[-1] if change else None,
        function=forms[:SCORES_SHOWN],
        function_left_out=len(forms[SCORES_SHOWN:]),
    )


def _trial(trial: TierTrial, evidence: FlagEvidence, today: date) -> TrialRow:
    last = min(trial.ended_on or today, today)
    programme = programme_in(evidence.diary, trial.started_on, last)
    sessions = _sessions(trial, evidence.record, last)
    days = (last - trial.started_on).days
    tried = Tried(
        tier=trial.level,
        days=days,
        window_days=trial.length_days,
        programme=programme.share if trial.level <= THERAPY else None,
        sessions=sessions,
        runs=trial.ended_on is None,
    )
    return TrialRow(trial, days, programme, sessions, adequacy(tried))


def _sessions(trial: TierTrial, record: Record, last: date) -> tuple[int, int] | None:
    if trial.level != THERAPY:
        return None
    held: list[TherapySession] = [
        each for each in record.sessions if trial.started_on <= each.held_on <= last
    ]
    return (sum(each.attended for each in held), len(held)) if held else None


def opioids_of(
    medicines: list[MedicationCourse], episode: Episode, today: date, settings: OpioidSettings
) -> Opioids | None:
    """In acute pain a note from the protocol's day on; from the review day a flag says it."""
    taken = [each for each in medicines if each.is_opioid]
    course = opioid_course([each.known_days for each in taken], today, settings)
    if course is None:
        return None
    onset = episode.onset_on or course.started_on
    is_acute = chronicity(onset, course.started_on) == Chronicity.ACUTE
    return Opioids(
        course,
        is_note=course.is_noted and is_acute,
        at_least=any(each.may_have_begun_before(course.started_on) for each in taken),
    )


def _told(decisions: list[Decision]) -> list[SentenceTold]:
    followed = {each.corrects_id for each in decisions}
    said = [each for each in reversed(decisions) if each.patient_sentence]
    return [SentenceTold(each, each.pk not in followed) for each in said]


def _imaging(record: Record) -> list[ImagingRow]:
    known = {study.pk: study for study in record.imaging}
    return [
        ImagingRow(study, known.get(study.compared_with_id or 0))
        for study in reversed(record.imaging)
    ]


@dataclass(frozen=True)
class DecisionEntry:
    """A decision in the history: what it corrects, and whether it may still be corrected."""

    decision: Decision
    corrects: Decision | None
    is_last: bool

    @property
    def is_undone(self) -> bool:
        return self.decision.kind == Decision.Kind.UNDONE


def history(decisions: list[Decision]) -> list[DecisionEntry]:
    """Every entry, the newest first; none is left out."""
    known = {each.pk: each for each in decisions}
    corrected = {each.corrects_id for each in decisions}
    return [
        DecisionEntry(
            each,
            known.get(each.corrects_id or 0),
            each.pk not in corrected and each.kind != Decision.Kind.UNDONE,
        )
        for each in reversed(decisions)
    ]


@dataclass(frozen=True)
class PlanRow:
    plan: SelfManagementPlan
    what: str


@dataclass(frozen=True)
class ProgrammeRow:
    """A programme with its sessions, and what the logs say of its part at home."""

    programme: TherapyProgramme
    what: str
    sessions: list[TherapySession]
    exercises: list[ShownExercise]
    at_home: Programme

    @property
    def attended(self) -> int:
        return sum(session.attended for session in self.sessions)


def plan_rows(record: Record, titles: Mapping[str, str]) -> list[PlanRow]:
    return [PlanRow(plan, _named(plan.modality_keys, titles)) for plan in reversed(record.plans)]


def programme_rows(
    evidence: FlagEvidence, titles: Mapping[str, str], today: date
) -> list[ProgrammeRow]:
    record = evidence.record
    return [
        ProgrammeRow(
            programme=each,
            what=_named(each.modality_keys, titles),
            sessions=[own for own in record.sessions if own.programme_id == each.pk],
            exercises=[
                ShownExercise(own) for own in record.exercises if own.programme_id == each.pk
            ],
            at_home=programme_in(evidence.diary, each.started_on, each.ended_on or today),
        )
        for each in reversed(record.programmes)
    ]


def _named(keys: Iterable[str], titles: Mapping[str, str]) -> str:
    """A key of an older version that the present one dropped is shown as it is."""
    return ", ".join(titles.get(key, key) for key in keys)
