"""A symptom log is saved, changed or withdrawn. Nothing here needs Redis or a worker."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction

from accounts.constraints import refused_as
from accounts.models import User
from pathway.models import SafetyQuestion
from pathway.models.threshold import HELD
from patients.flags.safety_answers import answer_safety
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


class SavedBefore(Exception):
    """The same form came before."""


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
        **asdict(entry),
        submission_id=submission_id,
        episode=episode,
        logged_at=now,
        is_late=entry.local_date < today,
        source=_source(episode, by),
        entered_by=by,
    )
    if _is_full(log, today):
        raise DayFull
    try:
        with refused_as(SavedBefore, "one_log_per_form"):
            _save(log, alarms or [], now)
    except SavedBefore:
        return _saved_before(log, alarms or [], now)
    return Logged(log, True, alarms or [])


def _is_full(log: SymptomLog, today: date) -> bool:
    """A retry of one that is saved already fills nothing."""
    zone = log.episode.patient.zone
    begins = datetime.combine(today, time(), zone)
    ends = datetime.combine(today + timedelta(days=1), time(), zone)
    others = log.episode.logs.filter(logged_at__gte=begins, logged_at__lt=ends)
    made = others.exclude(submission_id=log.submission_id).exclude(source=SymptomLog.Source.IMPORT)
    return made.count() >= MOST_A_DAY


def _save(log: SymptomLog, alarms: list[SafetyQuestion], now: datetime) -> None:
    """Inserted without a check beforehand: of two at once, the constraint accepts one."""
    log.save(force_insert=True)
    _hear(log, alarms, now)
    mark_review_due(episode=log.episode, now=now)


@transaction.atomic
def _saved_before(again: SymptomLog, alarms: list[SafetyQuestion], now: datetime) -> Logged:
    """The same form came before; a safety answer that is new in it counts all the same."""
    log = SymptomLog.objects.get(episode=again.episode, submission_id=again.submission_id)
    _hear(again, alarms, now)
    return Logged(log, False, alarms)


def _hear(log: SymptomLog, alarms: list[SafetyQuestion], now: datetime) -> None:
    if alarms:
        answer_safety(
            episode=log.episode,
            yes_to=alarms,
            submission_id=log.submission_id,
            by=log.entered_by,
            now=now,
        )


def _source(episode: Episode, by: User) -> str:
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
