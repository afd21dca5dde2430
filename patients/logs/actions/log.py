"""A symptom log is saved, changed or withdrawn. Nothing here needs Redis or a worker."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction

from accounts.models import User
from pathway.models import SafetyQuestion
from pathway.models.threshold import HELD
from patients.flags.safety_answers import answer_safety
from patients.logs.actions.insert import insert
from patients.models import Episode, SymptomLog
from patients.review.queue import mark_review_due

DAYS_BACK = HELD["late_entry_days"]
# Made on one day, withdrawn ones too: somebody in distress or a machine at work makes more, nobody reads more.
MOST_A_DAY = 20


class DayClosed(Exception):
    """A log speaks of today, yesterday or the day before, never of a day to come."""


class DayFull(Exception):
    """So many logs were made today already that one more says nothing to anybody."""


class TooLateToChange(Exception):
    """A log can be changed or withdrawn until the patient's midnight of the day it was made."""


@dataclass(frozen=True)
class LogEntry:
    """What the patient filled in. None and "" stand for questions left out; 0 is an answer."""

    average_pain: int
    local_date: date
    interference: int | None = None
    programme: str = ""
    exercises_done: list[int] = field(default_factory=list)
    worst_pain: int | None = None
    neck_pain: int | None = None
    back_pain: int | None = None
    arm_pain: int | None = None
    leg_pain: int | None = None
    medicine: str = ""
    flare: bool = False
    nothing_new: bool = False
    note: str = ""


@dataclass(frozen=True)
class Logged:
    """The saved log; `is_new` is false for a retry; `alarms` are the safety questions said yes to."""

    log: SymptomLog
    is_new: bool
    alarms: list[SafetyQuestion] = field(default_factory=list)


def log_symptoms(
    *,
    episode: Episode,
    entry: LogEntry,
    submission_id: UUID,
    by: User,
    now: datetime,
    alarms: list[SafetyQuestion] | None = None,
) -> Logged:
    """Save one log, once per rendered form, with its safety answers. Raises DayClosed, DayFull."""
    today = episode.patient.local_date(now)
    if not today - timedelta(days=DAYS_BACK) <= entry.local_date <= today:
        raise DayClosed
    log = SymptomLog(
        **vars(entry),
        submission_id=submission_id,
        episode=episode,
        logged_at=now,
        is_late=entry.local_date < today,
        source=_source(episode, by),
        entered_by=by,
    )
    return _save_and_hear(log, alarms, today, now) if alarms else _save(log, today, due_at=now)


@transaction.atomic
def _save_and_hear(
    log: SymptomLog, alarms: list[SafetyQuestion], today: date, now: datetime
) -> Logged:
    """The trials are marked last: locks are taken in the order of every other action."""
    logged = _save(log, today, due_at=None)
    answer_safety(
        episode=log.episode,
        yes_to=alarms,
        submission_id=log.submission_id,
        by=log.entered_by,
        now=now,
    )
    if logged.is_new:
        mark_review_due(episode=log.episode, now=now)
    return replace(logged, alarms=alarms)


def _save(log: SymptomLog, today: date, due_at: datetime | None) -> Logged:
    """Without a check beforehand: of two at once, the constraint accepts one. A retry of one that is
    saved already fills no day; a safety answer that is new in it counts all the same."""
    zone = log.episode.patient.zone
    begins = datetime.combine(today, time(), zone)
    ends = datetime.combine(today + timedelta(days=1), time(), zone)
    if insert(log, day=(begins, ends), most=MOST_A_DAY, due_at=due_at):
        return Logged(log, True)
    before = SymptomLog.objects.filter(episode=log.episode, submission_id=log.submission_id).first()
    if before is None:
        raise DayFull
    return Logged(before, False)


def _source(episode: Episode, by: User) -> str:
    """By a carer where they came in as one, also if they have an account in the patient's name."""
    if episode.patient.carer is not None:
        return SymptomLog.Source.CARER
    own = episode.patient.user_id == by.pk
    return SymptomLog.Source.PATIENT if own else SymptomLog.Source.STAFF


@transaction.atomic
def change_log(*, log: SymptomLog, entry: LogEntry, now: datetime) -> SymptomLog:
    """Replace the answers; history keeps the earlier ones. Raises TooLateToChange.

    What was said of danger stays said: the safety questions are where that changes.
    """
    held = _open_for_change(log, now)
    fields = asdict(entry)
    del fields["local_date"], fields["nothing_new"]
    for name, value in fields.items():
        setattr(held, name, value)
    held.save(update_fields=list(fields))
    mark_review_due(episode=held.episode, now=now)
    return held


@transaction.atomic
def withdraw_log(*, log: SymptomLog, now: datetime) -> None:
    """Withdraw a log; it stays in history. Raises TooLateToChange."""
    held = _open_for_change(log, now)
    held.withdrawn_at = now
    held.save(update_fields=["withdrawn_at"])
    mark_review_due(episode=held.episode, now=now)


@transaction.atomic
def restore_log(*, log: SymptomLog, now: datetime) -> None:
    """Restore a withdrawn log, as long as a log may be changed. Raises TooLateToChange."""
    held = _open_for_change(log, now)
    held.withdrawn_at = None
    held.save(update_fields=["withdrawn_at"])
    mark_review_due(episode=held.episode, now=now)


def can_change(*, log: SymptomLog, now: datetime) -> bool:
    """Until local midnight of the day on which it was made."""
    patient = log.episode.patient
    return patient.local_date(log.logged_at) == patient.local_date(now)


def _open_for_change(log: SymptomLog, now: datetime) -> SymptomLog:
    rows = SymptomLog.objects.select_related("episode__patient").select_for_update(of=("self",))
    held = rows.get(pk=log.pk)
    if not can_change(log=held, now=now):
        raise TooLateToChange
    return held
