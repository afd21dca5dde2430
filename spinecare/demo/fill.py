"""Fill the demo clinic day by day, as it would have come about: logs, sweeps, decisions, visits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import NAMESPACE_URL, uuid5

import numpy as np
from django.db import connection, transaction

from accounts.models import Clinic
from pathway.models import Condition, Protocol
from pathway.simulation import Missing, Settings, simulate
from patients.logs.actions.log import LogEntry, log_symptoms
from patients.models import Decision, Episode, Flag, Kind
from patients.record.actions.register import invite_patient, join, open_episode, register_patient
from patients.record.actions.trials import TrialStart, start_trial
from patients.review.sweep import mark_trials_due, review_due_trials
from patients.worklist.actions.decide import decide
from patients.worklist.actions.effects import Choice
from spinecare.demo import people
from spinecare.demo.daily_life import answer_daily_life, look_back, name_activities
from spinecare.demo.diary import Diary, Questionnaire, questionnaires
from spinecare.demo.front_desk import work_the_desk
from spinecare.demo.hours import book_some, open_hours
from spinecare.demo.morning import this_morning
from spinecare.demo.newcomers import receive
from spinecare.demo.records import record_first_procedure, write_records
from spinecare.demo.rooms import fill_rooms
from spinecare.demo.staff import Staff, hire
from spinecare.demo.visit_types import open_visit_types

LOOK_BACK = timedelta(days=14)  # of sweeps: a flag decided on then may be back today
Say = Callable[[str], None]


class NotEmpty(Exception):
    """Real clinics are there; made-up people do not move in beside them."""


@dataclass(frozen=True)
class Parts:
    """What all demo people need of the protocol, read once."""

    conditions: list[Condition]
    asked: dict[str, Questionnaire]


def fill(*, now: datetime, say: Say) -> bool:
    """Make the clinic with its people; false when it is there already. All of it or nothing.

    Raises NotEmpty.
    """
    if Clinic.objects.filter(name=people.CLINIC).exists():
        return False
    if Clinic.objects.exists():
        raise NotEmpty
    with transaction.atomic(), _without_savepoints():
        _fill(now, say)
    return True


@contextmanager
def _without_savepoints() -> Iterator[None]:
    """Half of all statements would set and release one; and no action is refused here."""
    connection.features.uses_savepoints = False
    try:
        yield
    finally:
        connection.features.uses_savepoints = True


def _fill(now: datetime, say: Say) -> None:
    say("a clinic and its staff")
    staff = hire(now=now - timedelta(days=200))
    now = now.astimezone(staff.clinic.zone)  # its day is meant by every day below
    open_hours(staff, today=now.date())
    open_visit_types(staff.clinic)
    say("sixty patients")
    protocol = Protocol.objects.current()
    parts = Parts(list(protocol.conditions.in_order()), questionnaires(protocol))
    diaries = [_admit(person, staff, parts, now) for person in people.patients()]
    say("their diaries, day by day, with the sweep each morning")
    for day in _days(diaries, now.date()):
        _live_through(day, diaries, staff, now)
    say("what their clinicians wrote down")
    write_records(diaries, staff, now=now)
    say("this morning")
    this_morning(diaries, staff, now=now)
    fill_rooms(diaries, staff, now=now)
    look_back(diaries, now=now)
    say("new patients, on their way through the first questions")
    receive(staff, now=now)
    work_the_desk(diaries, staff, now=now)
    book_some(staff, now=now)


def _admit(person: people.DemoPatient, staff: Staff, parts: Parts, now: datetime) -> Diary:
    start = now.date() - timedelta(days=person.day)
    then = _at(start, time(12), staff.clinic)
    patient = register_patient(
        clinic=staff.clinic,
        by=staff.administrator,
        now=then,
        name=person.name,
        email=person.email,
        number=person.number,
        sex=person.sex,
        birth_date=date(person.born, 1 + person.seed % 12, 1 + person.seed % 28),
        phone=f"555-01{person.seed:02d}",
    )
    invitation = invite_patient(patient=patient, by=staff.administrator, now=then)
    join(invitation=invitation, now=then)
    patient.refresh_from_db()
    episode = open_episode(
        patient=patient,
        condition=parts.conditions[person.seed % len(parts.conditions)],
        by=staff.clinician,
        today=start,
        region="neck" if person.neck else "back",
        radiating=person.seed % 4 == 0,
        onset_on=start - timedelta(days=20 + 5 * person.seed),
    )
    pain, function = _begin(person, episode, staff, then)
    diary = Diary(person, episode, pain, function, parts.asked)
    name_activities(diary, now=then)
    return diary


def _begin(
    person: people.DemoPatient, episode: Episode, staff: Staff, then: datetime
) -> tuple[dict[date, int], dict[date, float]]:
    """Begin the trial; pain and function as they will be logged, by day."""
    start = then.date()
    course = simulate(
        person.course, 1, Settings(days=91, missing=Missing(drop_out=0)),
        np.random.default_rng(1_000 + person.seed),
    )  # fmt: skip
    trial = TrialStart(
        level=person.level,
        started_on=start,
        usual_pain=int(course.usual_pain[0]),
        starts_with_cycle=person.level == 4,
        reason="You and your care team chose this step together.",
    )
    begun = start_trial(episode=episode, start=trial, by=staff.clinician, now=then)
    if person.level == 4:
        record_first_procedure(begun, by=staff.clinician, now=then, seed=person.seed)
    last = person.day - person.silent_days
    days = range(min(last, course.pain.shape[1] - 1) + 1)
    pain = {
        start + timedelta(days=day): int(course.pain[0, day])
        for day in days
        if not np.isnan(course.pain[0, day])
    }
    function = {
        start + timedelta(days=int(day)): float(score)
        for day, score in zip(course.function_days, course.function[0], strict=True)
        if day <= last and not np.isnan(score)
    }
    return pain, function


def _days(diaries: list[Diary], today: date) -> Iterator[date]:
    first = min(min(diary.pain, default=today) for diary in diaries)
    for offset in range((today - first).days + 1):
        yield first + timedelta(days=offset)


def _live_through(day: date, diaries: list[Diary], staff: Staff, now: datetime) -> None:
    morning = _at(day, time(6), staff.clinic)
    if morning > now:
        return
    if now - morning < LOOK_BACK:
        mark_trials_due(now=morning)
        review_due_trials(now=morning)
        _decide_some(staff, morning + timedelta(hours=3))
    for diary in diaries:
        _log(diary, day, morning)


def _log(diary: Diary, day: date, morning: datetime) -> None:
    """Everything of today is left for whoever tries the demo as this patient."""
    user = diary.episode.patient.user
    if user is None:
        return
    then = morning + timedelta(minutes=diary.person.seed)
    if day in diary.pain:
        log_symptoms(
            episode=diary.episode,
            entry=_entry(diary, day),
            submission_id=uuid5(NAMESPACE_URL, f"{diary.person.number}/{day}"),
            by=user,
            now=then,
        )
    if day in diary.function:
        answer_daily_life(diary, day, by=user, now=then)


def _entry(diary: Diary, day: date) -> LogEntry:
    pain = diary.pain[day]
    return LogEntry(
        average_pain=pain,
        local_date=day,
        interference=max(pain - 1, 0),
        programme=("done", "some", "done", "rest", "none")[(day.toordinal() + pain) % 5],
    )


def _decide_some(staff: Staff, now: datetime) -> None:
    """A clinician has seen to every second flag three days after it came."""
    old = Flag.objects.open().filter(opened_at__lt=now - timedelta(days=3), kind=Kind.PLATEAU)
    for flag in old.select_related("episode__patient").order_by("episode__patient__number"):
        if _number(flag) % 2 == 0:
            decide(flag=flag, choice=_choice(flag, now), by=staff.clinician, now=now)


def _number(flag: Flag) -> int:
    """Of the person: the same in every demo, as the number of a row is not."""
    return int(flag.episode.patient.number.removeprefix("D-"))


def _choice(flag: Flag, now: datetime) -> Choice:
    if flag.trial and flag.trial.level < 4 and _number(flag) % 4 == 0:
        return Choice(
            kind=Decision.Kind.STEP_UP,
            reason=Decision.Reason.NOT_IMPROVING,
            to_level=flag.trial.level + 1,
            patient_sentence="You and your care team will add more help to your plan.",
        )
    return Choice(
        kind=Decision.Kind.CONTINUE,
        reason=Decision.Reason.IMPROVING_SLOWLY,
        next_check_on=now.date() + timedelta(days=14),
        patient_sentence="Please keep going with your plan. We will look again in two weeks.",
    )


def _at(day: date, clock: time, clinic: Clinic) -> datetime:
    return datetime.combine(day, clock, clinic.zone)
