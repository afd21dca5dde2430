"""Shadow mode: a clinic's rule flags are counted and shown to nobody but its administrator."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from accounts.models import Clinic, User
from patients.models import Flag, ReviewDue, ShadowMode, TierTrial
from patients.review.look import FLAGGED


@transaction.atomic
def set_shadow_mode(*, clinic: Clinic, on: bool, by: User, now: datetime) -> None:
    """Turn it on or off. Idempotent.

    Off, the shadow's open flags end, and the sweep looks again at what it would have said: who
    needs a review today is on the worklist a minute later.
    """
    Clinic.objects.select_for_update().get(pk=clinic.pk)
    if ShadowMode.objects.is_on(clinic, now) == on:
        return
    ShadowMode.objects.create(clinic=clinic, is_on=on, from_at=now, set_by=by)
    if not on:
        _end_shadow_flags(clinic, now)


def _end_shadow_flags(clinic: Clinic, now: datetime) -> None:
    open_flags = Flag.objects.in_shadow(clinic).open()
    episodes = set(open_flags.values_list("episode", flat=True))
    open_flags.update(closed_at=now, closing=Flag.Closing.SHADOW_ENDED)
    # What a trial's status does not say, four weeks of low pain and the ceiling, is in the flag alone.
    trials = TierTrial.objects.active().filter(
        Q(review__status__in=FLAGGED) | Q(episode__in=episodes), episode__patient__clinic=clinic
    )
    ReviewDue.objects.bulk_create(
        ReviewDue(trial_id=trial, clinic=clinic, due_at=now)
        for trial in trials.values_list("pk", flat=True)
    )
