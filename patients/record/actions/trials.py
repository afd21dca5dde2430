"""A tier trial begins, is extended once, ends; treatment cycles run inside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from accounts.constraints import refused_as
from accounts.models import User
from pathway.models import Modality
from pathway.rules import chronicity
from patients.models import (
    ClinicProtocol,
    Episode,
    ReviewDue,
    TierTrial,
    TreatmentCycle,
    TrialReview,
)


class TrialRunning(Exception):
    """This tier is being tried in this episode already."""


class NotDescribed(Exception):
    """Nobody has said yet what the complaint is: its intake comes first."""


class AlreadyExtended(Exception):
    """A trial is extended once; after that a decision is due."""


@dataclass(frozen=True)
class TrialStart:
    """How a trial begins. `window_days` is the protocol's default unless a clinician chose one."""

    level: int
    started_on: date
    window_days: int | None = None
    usual_pain: int | None = None
    pain_before: float | None = None
    starts_with_cycle: bool = False
    reason: str = ""


@transaction.atomic
def start_trial(*, episode: Episode, start: TrialStart, by: User, now: datetime) -> TierTrial:
    """Begin one tier under the clinic's present protocol. Raises TrialRunning, NotDescribed."""
    if episode.onset_on is None:
        raise NotDescribed
    protocol = ClinicProtocol.objects.in_use(episode.patient.clinic, now)
    window = protocol.window(start.level, chronicity(episode.onset_on, start.started_on))
    trial = TierTrial(
        episode=episode,
        tier=protocol.tier(start.level),
        level=start.level,
        started_on=start.started_on,
        window_days=start.window_days or window.default_days,
        usual_pain=start.usual_pain,
        pain_before=start.pain_before,
        starts_with_cycle=start.starts_with_cycle,
        reason=start.reason,
        started_by=by,
    )
    with refused_as(TrialRunning, "trials_of_a_tier_never_overlap"):
        trial.save()
    Episode.objects.filter(pk=episode.pk, watch_until__isnull=False).update(watch_until=None)
    TrialReview.objects.create(trial=trial)
    ReviewDue.objects.create(trial=trial, clinic_id=episode.patient.clinic_id, due_at=now)
    return trial


def begin_with_cycle(*, trial: TierTrial, started_on: date) -> TierTrial:
    """A trial that has waited for its procedure: the day of the procedure is its first day."""
    held = TierTrial.objects.select_for_update(no_key=True).get(pk=trial.pk)
    held.started_on, held.starts_with_cycle = started_on, True
    held.save(update_fields=["started_on", "starts_with_cycle"])
    return held


@transaction.atomic
def extend_trial(*, trial: TierTrial, days: int, reason: str, by: User, now: datetime) -> TierTrial:
    """Give the trial more days, once and with a reason. Raises AlreadyExtended."""
    held = TierTrial.objects.select_for_update(no_key=True).get(pk=trial.pk)
    if held.extended_at is not None:
        raise AlreadyExtended
    held.extension_days, held.extension_reason = days, reason
    held.extended_at, held.extended_by = now, by
    held.save(update_fields=["extension_days", "extension_reason", "extended_at", "extended_by"])
    return held


@transaction.atomic
def end_trial(*, trial: TierTrial, outcome: str, by: User, today: date) -> None:
    """End the trial with its outcome, and its open cycles; ending an ended one changes nothing."""
    ended = TierTrial.objects.active().filter(pk=trial.pk)
    if ended.update(ended_on=today, outcome=outcome, ended_by=by):
        TreatmentCycle.objects.filter(trial=trial, ended_on=None).update(ended_on=today)
        ReviewDue.objects.filter(trial=trial).delete()


def start_cycle(
    *, trial: TierTrial, modality: Modality, started_on: date, by: User
) -> TreatmentCycle:
    return TreatmentCycle.objects.create(
        trial=trial, modality=modality, started_on=started_on, recorded_by=by
    )
