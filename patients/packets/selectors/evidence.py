"""The rows of one complaint as the plain values that payers' criteria are answered from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from accounts.panels import panels
from pathway.models import CriteriaSet
from pathway.rules import criteria as rules
from patients.models import (
    CriterionStatement,
    Decision,
    Episode,
    ImagingStudy,
    MedicationCourse,
    Procedure,
    Reassessment,
    ReliefEntry,
    SafetyOutcome,
    SymptomLog,
    TherapyProgramme,
    TherapySession,
)

# The parts of the spine that a complaint's pictures show.
PARTS = {"neck": {"cervical", ""}, "back": {"lumbar", "thoracic", "pelvis", ""}}
WEEK = 7


def record_of(episode: Episode, asked: CriteriaSet, today: date) -> rules.Record:
    """What counts today; statements are those about `asked`."""
    logs = list(SymptomLog.objects.filter(episode=episode).of_the_day())
    programmes = list(_kept(TherapyProgramme, episode))
    return rules.Record(
        as_of=today,
        onset=episode.onset_on,
        care=(*_trials(episode), *map(_programme, programmes)),
        told=tuple(_told(episode)),
        medicines=tuple(map(_course, _kept(MedicationCourse, episode).select_related("modality"))),
        scores=(
            *(rules.Score(log.local_date, "nrs", log.average_pain) for log in logs),
            *_forms(episode),
        ),
        sessions=tuple(_sessions(programmes)),
        home_plans=tuple(map(_plan, programmes)),
        home_days=tuple(
            log.local_date for log in logs if log.programme == SymptomLog.Programme.DONE
        ),
        procedures=tuple(_procedures(episode)),
        images=tuple(_images(episode)),
        looks=tuple(_looks(episode)),
        red_flags=tuple(_red_flags(episode)),
        statements=_statements(episode, asked),
    )


def with_statements(record: rules.Record, episode: Episode, asked: CriteriaSet) -> rules.Record:
    """The same record for another set: all but what clinicians stated is the same."""
    return replace(record, statements=_statements(episode, asked))


def _kept(model: Any, episode: Episode) -> Any:
    """Rows of this complaint that were not withdrawn."""
    return model.objects.filter(episode=episode).not_withdrawn().order_by("pk")


def _trials(episode: Episode) -> Iterator[rules.Care]:
    """The last day of a trial is the one before its end: the next one begins on that."""
    rows = episode.trials.counted().select_related("tier").prefetch_related("modalities")
    for trial in rows.order_by("started_on", "pk"):
        yield rules.Care(
            trial.started_on,
            trial.ended_on and trial.ended_on - timedelta(days=1),
            trial.level,
            tuple(modality.key for modality in trial.modalities.all()),
            f"Step {trial.level}: {trial.tier.title}",
            helped=trial.outcome,
        )


def _programme(one: TherapyProgramme) -> rules.Care:
    kinds = tuple(one.modality_keys)
    return rules.Care(one.started_on, one.ended_on, 2, kinds, "Programme with a therapist")


def _plan(one: TherapyProgramme) -> rules.HomePlan:
    return rules.HomePlan(one.started_on, one.ended_on, one.home_days_a_week)


def _told(episode: Episode) -> Iterator[rules.ToldCare]:
    """What was not done for the most part was no care."""
    for one in episode.prior_treatments.filter(attended=True).order_by("pk"):
        yield rules.ToldCare(one.weeks, one.level, one.what)


def _course(one: MedicationCourse) -> rules.Care:
    first, last = one.known_days
    kind = one.modality.key if one.modality else "medicine"
    told = one.reported_on is not None
    return rules.Care(first, last, 3, (kind,), one.name, ended_for=one.why_ended, told=told)


def _forms(episode: Episode) -> Iterator[rules.Score]:
    for score in episode.scores.select_related("instrument").order_by("completed_at", "pk"):
        yield rules.Score(score.local_date, score.instrument.key, float(score.total))


def _sessions(programmes: list[TherapyProgramme]) -> list[date]:
    held = TherapySession.objects.not_withdrawn().filter(programme__in=programmes, attended=True)
    return list(held.order_by("held_on").values_list("held_on", flat=True))


def _procedures(episode: Episode) -> Iterator[rules.Done]:
    rows = list(_kept(Procedure, episode).select_related("modality").order_by("done_on", "pk"))
    entries = ReliefEntry.objects.not_withdrawn().filter(procedure__in=rows).order_by("after")
    noted = [entry for entry in entries if entry.percent is not None]
    for one in rows:
        relief = (_relief(one, entry) for entry in noted if entry.procedure_id == one.pk)
        said = (one.modality.title, one.level, one.get_side_display(), one.how)
        what = ", ".join(str(each) for each in said if each)
        yield rules.Done(one.done_on, one.purpose, one.modality.key, what, tuple(relief))


def _relief(procedure: Procedure, entry: ReliefEntry) -> rules.Relief:
    """After a block hours are counted, after an injection weeks."""
    days = 0 if procedure.counts_hours else entry.after * WEEK
    return rules.Relief(days, entry.percent or 0)


def _images(episode: Episode) -> Iterator[rules.Image]:
    for one in _kept(ImagingStudy, episode).filter(part__in=PARTS[episode.region]):
        words = f"{one.get_method_display()} {one.get_part_display()}: {one.findings}".strip(" :")
        yield rules.Image(one.done_on, one.method, words, told=not one.findings)


def _looks(episode: Episode) -> Iterator[rules.Look]:
    zone = episode.patient.zone
    for day in panels["held_visits"].fill(episode):
        yield rules.Look(day, "Visit")
    decided = Decision.objects.in_force().filter(flag__episode=episode).order_by("decided_at")
    for one in decided.select_related("decided_by"):
        day = one.decided_at.astimezone(zone).date()
        yield rules.Look(day, f"{one.decided_by.name} decided: {one.get_kind_display()}")
    for held in _kept(Reassessment, episode).filter(finished_at__isnull=False):
        yield rules.Look(held.held_on, "Reassessment")


def _red_flags(episode: Episode) -> Iterator[rules.RedFlag]:
    """Examined, or sent to emergency care; an outcome that was undone is none."""
    looked_at = (SafetyOutcome.Kind.EXAMINED, SafetyOutcome.Kind.EMERGENCY_CARE)
    rows = SafetyOutcome.objects.filter(episode=episode, kind__in=looked_at, corrected_by=None)
    for one in rows.order_by("recorded_at"):
        day = episode.patient.local_date(one.recorded_at)
        yield rules.RedFlag(day, f"{one.get_kind_display()}: {one.note}")


def _statements(episode: Episode, asked: CriteriaSet) -> dict[str, rules.Statement]:
    rows = CriterionStatement.objects.filter(episode=episode, criteria_set=asked)
    return {
        one.key: rules.Statement(
            episode.patient.local_date(one.stated_at), one.holds, one.stated_by.name, one.words
        )
        for one in rows.select_related("stated_by").order_by("stated_at", "pk")
    }
