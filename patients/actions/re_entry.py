"""A complaint that was closed is opened again, with everything that was tried before."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from patients.actions.register import EpisodeOpen
from patients.models import ClinicProtocol, Episode


class TooLateToReopen(Exception):
    """The protocol's time for it is over: a new complaint begins."""


@transaction.atomic
def reopen_episode(*, episode: Episode, now: datetime) -> Episode:
    """Open it again; history keeps when it was closed. Raises TooLateToReopen, EpisodeOpen."""
    held = Episode.objects.select_for_update(of=("self",)).get(pk=episode.pk)
    if not may_reopen(held, now):
        raise TooLateToReopen
    held.closed_on = held.closed_by = None
    try:
        with transaction.atomic():
            held.save(update_fields=["closed_on", "closed_by"])
    except IntegrityError as error:
        raise EpisodeOpen from error
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
