"""What the demo's clinicians wrote down about a few people: a little of every tier."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from accounts.models import User
from pathway.models import Protocol
from patients.models import (
    Episode,
    Exercise,
    ImagingStudy,
    MedicationCourse,
    Procedure,
    ReliefEntry,
    SelfManagementPlan,
    TherapyProgramme,
    TherapySession,
    TierTrial,
)
from patients.reassessment.actions.reassessment import begin_reassessment
from patients.record.actions.records import keep_record, record_procedure
from patients.review.daily_checks import run_daily_checks
from spinecare.demo.diary import Diary
from spinecare.demo.staff import Staff

LEVELS = ("L4/5", "L5/S1", "C5/6")


def record_first_procedure(trial: TierTrial, *, by: User, now: datetime, seed: int) -> Procedure:
    """The injection that a demo trial of tier 4 begins with."""
    procedure = Procedure(
        episode=trial.episode,
        modality=trial.tier.modalities.in_order()[0],
        purpose=Procedure.Purpose.INJECTION,
        level=LEVELS[seed % len(LEVELS)],
        side=Procedure.Side.LEFT,
        done_on=trial.started_on,
    )
    return record_procedure(procedure=procedure, by=by, now=now)


def write_records(diaries: list[Diary], staff: Staff, *, now: datetime) -> None:
    by, protocol = staff.clinician, Protocol.objects.current()
    for diary in diaries[0:40:20]:
        _therapy(diary.episode, protocol, staff.second_clinician, now)
        look_at_images(diary.episode, by, now)
    for diary in diaries[5:40:20]:
        _medicines(diary.episode, protocol, by, now)
    for diary in diaries[7:60:20]:
        _relief(diary, by, now)
    for diary in diaries[13:40:20]:
        look_at_images(diary.episode, by, now)
        begin_reassessment(episode=diary.episode, by=by, now=now)
    run_daily_checks(now=now)


def _therapy(episode: Episode, protocol: Protocol, by: User, now: datetime) -> None:
    first = now.date() - timedelta(days=60)
    plan = SelfManagementPlan(
        episode=episode,
        protocol=protocol,
        modality_keys=["activity-change", "heat"],
        to_do="Walk twenty minutes on most days.",
        to_avoid="Lifting with a twist.",
        given_on=first,
    )
    programme = TherapyProgramme(
        episode=episode,
        protocol=protocol,
        modality_keys=["core-and-hip-strengthening", "graded-return-to-activity"],
        aim="Garden for an hour",
        sessions_planned=12,
        home_days_a_week=5,
        started_on=first,
    )
    keep_record(record=plan, by=by, now=now)
    keep_record(record=programme, by=by, now=now)
    for key in ("bridge", "bird-dog", "knee-to-chest"):
        exercise = Exercise(
            programme=programme, key=key, sets=2, repetitions=10, days_a_week=5, started_on=first
        )
        keep_record(record=exercise, by=by, now=now)
    for week in range(8):
        session = TherapySession(
            programme=programme,
            held_on=first + timedelta(weeks=week),
            attended=week != 4,
            note="Called in sick" if week == 4 else "",
        )
        keep_record(record=session, by=by, now=now)


def _medicines(episode: Episode, protocol: Protocol, by: User, now: datetime) -> None:
    today = now.date()
    stopped = _course(episode, protocol, "nsaid", "Naproxen", today - timedelta(days=48))
    stopped.ended_on, stopped.why_ended = today - timedelta(days=30), "side_effect"
    stopped.side_effect = "Heartburn"
    opioid = _course(episode, protocol, "opioid", "Tramadol", today - timedelta(days=29))
    for course in (stopped, opioid):
        keep_record(record=course, by=by, now=now)


def _course(
    episode: Episode, protocol: Protocol, key: str, name: str, since: date
) -> MedicationCourse:
    return MedicationCourse(
        episode=episode,
        modality=protocol.modalities.get(key=key),
        is_opioid=key == "opioid",
        name=name,
        use=MedicationCourse.Use.PLANNED,
        started_on=since,
    )


def _relief(diary: Diary, by: User, now: datetime) -> None:
    """Two and six weeks after the injection, as the diary has it."""
    procedure = Procedure.objects.filter(episode=diary.episode).first()
    if procedure is None:
        return
    first = diary.pain.get(min(diary.pain), 7)
    for weeks in (2, 6):
        pain = diary.pain.get(procedure.done_on + timedelta(weeks=weeks))
        if pain is not None:
            entry = ReliefEntry(procedure=procedure, after=weeks, pain_before=first, pain_now=pain)
            keep_record(record=entry, by=by, now=now)


def look_at_images(episode: Episode, by: User, now: datetime) -> None:
    before = _image(episode, now.date() - timedelta(days=400), "Disc bulge L4/5, no nerve pressed.")
    keep_record(record=before, by=by, now=now)
    after = _image(
        episode, now.date() - timedelta(days=40), "The same bulge, no smaller, no larger."
    )
    after.compared_with, after.comparison = before, ImagingStudy.Comparison.UNCHANGED
    keep_record(record=after, by=by, now=now)


def _image(episode: Episode, day: date, findings: str) -> ImagingStudy:
    part = "cervical" if episode.region == Episode.Region.NECK else "lumbar"
    return ImagingStudy(episode=episode, method="mri", part=part, done_on=day, findings=findings)
