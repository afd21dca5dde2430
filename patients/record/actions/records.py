"""What clinicians write down: kept, changed, withdrawn; nothing is deleted."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from psycopg.errors import CheckViolation, UniqueViolation

from accounts.actions import SAME_FORM
from accounts.models import User
from patients.bounds import PLANNED
from patients.flags.actions import current_trial
from patients.models import Episode, Procedure, TierTrial, TreatmentCycle
from patients.models.records.base import Kept
from patients.record.actions.trials import (
    TrialRunning,
    TrialStart,
    begin_with_cycle,
    end_trial,
    start_cycle,
    start_trial,
)
from patients.review.queue import mark_review_due

K = TypeVar("K", bound=Kept)
PROCEDURES = 4
# Who wrote it down and when, and what the record made of it.
NOT_SAID = {"id", "recorded_at", "recorded_by", "withdrawn_at", "withdrawn_by", "cycle"}


class DoesNotFit(Exception):
    """The answer contradicts the record's other answers; nothing was kept."""


@transaction.atomic
def keep_record(*, record: K, by: User, now: datetime) -> K:
    """Save a new row of the record; the same form sent twice makes one. Raises DoesNotFit."""
    if before := _kept_before(record, by, now):
        return before
    record.recorded_at, record.recorded_by = now, by
    _save(record)
    return record


def _kept_before(record: K, by: User, now: datetime) -> K | None:
    """The row that the same person made of the same words a moment ago."""
    about: Any = getattr(record, "programme", None) or getattr(record, "procedure", None) or record
    Episode.objects.select_for_update(no_key=True).get(pk=about.episode_id)
    said = {
        field.attname: getattr(record, field.attname)
        for field in record._meta.concrete_fields
        if field.name not in NOT_SAID
    }
    rows: QuerySet[K] = type(record)._default_manager.filter(withdrawn_at=None, recorded_by=by)
    return rows.filter(recorded_at__gt=now - SAME_FORM, **said).first()


@transaction.atomic
def change_record(*, record: K, changes: dict[str, Any]) -> K:
    """Set only these fields; history keeps the earlier values. Raises DoesNotFit."""
    for name, value in changes.items():
        setattr(record, name, value)
    _save(record, update_fields=list(changes))
    return record


@transaction.atomic
def withdraw_record(*, record: Kept, by: User, now: datetime) -> None:
    """Withdraw it; it stays in history. A trial that only this injection opened ends."""
    record.withdrawn_at, record.withdrawn_by = now, by
    record.save(update_fields=["withdrawn_at", "withdrawn_by"])
    if isinstance(record, Procedure) and record.cycle:
        _close_cycle(record.cycle, by, now)


def _save(record: Kept, **options: Any) -> None:
    try:
        with transaction.atomic():
            record.save(**options)
    except IntegrityError as error:
        if not isinstance(error.__cause__, CheckViolation | UniqueViolation):
            raise
        raise DoesNotFit from error


@transaction.atomic
def record_procedure(*, procedure: Procedure, by: User, now: datetime) -> Procedure:
    """Keep a procedure. An injection makes a treatment cycle in the trial of tier 4 of its day, and
    opens that trial where none runs; a diagnostic block is a test and makes none. Raises DoesNotFit.
    """
    if before := _kept_before(procedure, by, now):
        return before
    if procedure.purpose == Procedure.Purpose.INJECTION:
        procedure.cycle = _cycle(procedure, by, now)
    keep_record(record=procedure, by=by, now=now)
    mark_review_due(episode=procedure.episode, now=now)
    return procedure


def _cycle(procedure: Procedure, by: User, now: datetime) -> TreatmentCycle | None:
    trial = _trial_of(procedure.episode_id, procedure.done_on) or _open_trial(procedure, by, now)
    if trial is None:
        return None
    day = max(procedure.done_on, trial.started_on)
    return start_cycle(trial=trial, modality=procedure.modality, started_on=day, by=by)


def _trial_of(episode: int, day: date) -> TierTrial | None:
    """The trial of tier 4 that the day lies in; one that has waited for its procedure starts with it."""
    trials = TierTrial.objects.counted().filter(episode=episode, level=PROCEDURES)
    found = (
        trials.filter(started_on__lte=day).exclude(ended_on__lt=day).order_by("-started_on").first()
    )
    if found and found.ended_on is None and not found.cycles.exists():
        return begin_with_cycle(trial=found, started_on=day)
    return found


def _open_trial(procedure: Procedure, by: User, now: datetime) -> TierTrial | None:
    """A window of its own from the day of the injection; none where a later trial exists already,
    or no step can run: the complaint is closed, nobody has described it yet, or the day lies before
    all steps."""
    episode = procedure.episode
    no_step = episode.closed_on is not None or episode.onset_on is None
    if no_step or not PLANNED.keeps(procedure.done_on):
        return None
    present = current_trial(episode)
    start = TrialStart(
        level=PROCEDURES,
        started_on=procedure.done_on,
        usual_pain=present.usual_pain if present else None,
        starts_with_cycle=True,
    )
    try:
        return start_trial(episode=episode, start=start, by=by, now=now)
    except TrialRunning:
        return None


def _close_cycle(cycle: TreatmentCycle, by: User, now: datetime) -> None:
    TreatmentCycle.objects.filter(pk=cycle.pk).update(ended_on=cycle.started_on)
    trial = cycle.trial
    only_this = not trial.cycles.exclude(pk=cycle.pk).exists()
    if trial.ended_on is None and only_this and trial.started_on == cycle.started_on:
        end_trial(trial=trial, outcome="unknown", by=by, today=trial.started_on)
    mark_review_due(episode=trial.episode, now=now)
