"""A visit that follows from a reassessment: staff are asked for one, and only for one."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from patients.models import Reassessment, VisitRequest


class NotFinishedYet(Exception):
    """Nothing follows before it is finished."""


class TooLate(Exception):
    """Staff hold a time for it, or have booked it: it is theirs to cancel."""


@transaction.atomic
def request_visit(
    *, reassessment: Reassessment, purpose: str, due_on: date, by: User, now: datetime
) -> VisitRequest:
    """The one that waits, or a new one; one that was withdrawn waits again. Raises NotFinishedYet."""
    held = Reassessment.objects.select_for_update(of=("self",)).get(pk=reassessment.pk)
    if held.finished_at is None:
        raise NotFinishedYet
    found = VisitRequest.objects.filter(reassessment=held).first()
    if found is None:
        found = VisitRequest(reassessment=held, episode_id=held.episode_id)
    elif found.closed_at is None or _had_a_time(found):
        return found
    found.purpose, found.due_on = purpose, due_on
    found.requested_at, found.requested_by = now, by
    found.closed_at = found.closed_by = None
    found.save()
    return found


def _had_a_time(request: VisitRequest) -> bool:
    return not VisitRequest.objects.filter(pk=request.pk, consultations=None).exists()


@transaction.atomic
def undo_visit_request(*, request: VisitRequest, by: User, now: datetime) -> None:
    """Nobody need look for a time any more. Raises TooLate."""
    held = VisitRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if not VisitRequest.objects.untouched().filter(pk=held.pk).exists():
        raise TooLate
    held.closed_at, held.closed_by = now, by
    held.save(update_fields=["closed_at", "closed_by"])
