"""A finished import is taken back as a whole, while nothing was decided on it."""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.functions import RandomUUID
from django.db import transaction
from django.db.models import Q

from accounts.models import User
from patients.care_team.actions.access import note_access
from patients.models import Decision, Episode, ImportRun, Reassessment
from patients.review.queue import hold_reviews, mark_review_due

State = ImportRun.State


class AlreadyDecided(Exception):
    """Somebody has decided, or finished a reassessment, with these reports in view."""


class NothingToTakeBack(Exception):
    """The import put nothing into the record, or is not finished, or was taken back already."""


@transaction.atomic
def take_back_import(*, run: ImportRun, by: User, now: datetime) -> int:
    """Withdraw every report of `run` that still counts; how many these were. Their names are given up,
    so that the same file can be imported again, read otherwise. Raises AlreadyDecided,
    NothingToTakeBack."""
    episodes = _episodes_of(run)
    for episode in episodes:
        hold_reviews(episode)
    held = ImportRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if not can_be_taken_back(held):
        raise NothingToTakeBack
    if was_decided_on(held):
        raise AlreadyDecided
    note_access(patient=held.patient, user=by, page="import", now=now)
    taken = held.logs.not_withdrawn().update(withdrawn_at=now, submission_id=RandomUUID())
    held.state, held.taken_back_at, held.taken_back_by = State.TAKEN_BACK, now, by
    held.save(update_fields=["state", "taken_back_at", "taken_back_by"])
    for episode in episodes:
        mark_review_due(episode=episode, now=now)
    return taken


def can_be_taken_back(run: ImportRun) -> bool:
    """It has ended, whole or broken off, and something of it counts."""
    ended = run.state in {State.DONE, State.FAILED} and run.confirmed_at is not None
    return ended and run.logs.not_withdrawn().exists()


def was_decided_on(run: ImportRun) -> bool:
    """A decision that stands, or a reassessment that was finished, since the reports came in."""
    episodes, since = _episodes_of(run), run.confirmed_at
    decided = Decision.objects.in_force().filter(flag__episode__in=episodes, decided_at__gte=since)
    finished = Q(episode__in=episodes, finished_at__gte=since, withdrawn_at=None)
    return decided.exists() or Reassessment.objects.filter(finished).exists()


def _episodes_of(run: ImportRun) -> list[Episode]:
    with_logs = run.logs.order_by().values("episode").distinct()
    return list(Episode.objects.filter(pk__in=with_logs).order_by("pk"))
