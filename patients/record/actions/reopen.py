"""A complaint that was closed is opened again, with everything that was tried before."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from accounts.constraints import refused_as
from accounts.models import User
from patients.care_team.actions.care_team import take_on
from patients.models import ClinicProtocol, Episode, TierTrial
from patients.record.actions.register import EpisodeOpen
from patients.record.actions.trials import TrialStart, start_trial


class TooLateToReopen(Exception):
    """The protocol's time for it is over: a new complaint begins."""


class NoStepFits(Exception):
    """A tier is running already, or the complaint is closed or not described."""


@transaction.atomic
def begin_step(*, episode: Episode, start: TrialStart, by: User, now: datetime) -> TierTrial:
    """Begin a tier where none runs: reopened, under watch, or between two. Raises NoStepFits."""
    held = Episode.objects.select_for_update(of=("self",), no_key=True).get(pk=episode.pk)
    if not Episode.objects.without_step().filter(pk=held.pk).exists():
        raise NoStepFits
    take_on(patient=held.patient, by=by, now=now)
    return start_trial(episode=held, start=start, by=by, now=now)


@transaction.atomic
def reopen_episode(*, episode: Episode, now: datetime) -> Episode:
    """Open it again; history keeps when it was closed. Raises TooLateToReopen, EpisodeOpen."""
    held = Episode.objects.select_for_update(of=("self",), no_key=True).get(pk=episode.pk)
    if not may_reopen(held, now):
        raise TooLateToReopen
    held.closed_on = held.closed_by = None
    with refused_as(EpisodeOpen, "one_open_episode_per_region"):
        held.save(update_fields=["closed_on", "closed_by"])
    return held


def may_reopen(episode: Episode, now: datetime) -> bool:
    last = reopens_until(episode, now)
    return last is not None and episode.patient.clinic_date(now) <= last


def reopens_until(episode: Episode, now: datetime) -> date | None:
    """The last day on which a closed complaint may be opened again; None for an open one."""
    if episode.closed_on is None:
        return None
    protocol = ClinicProtocol.objects.in_use(episode.patient.clinic, now)
    return episode.closed_on + timedelta(days=protocol.setting("re_entry_days"))
