"""A call to somebody who has gone quiet, and what came of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import User
from patients.models import Patient
from scheduling.models import Call

SAME_CALL = timedelta(minutes=1)


def note_call(*, patient: Patient, outcome: str, by: User, now: datetime) -> Call:
    """Note a call; pressed twice within a minute it is the same call."""
    lately = Call.objects.not_withdrawn().filter(patient=patient, called_at__gt=now - SAME_CALL)
    same = lately.filter(outcome=outcome, called_by=by).first()
    return same or Call.objects.create(
        patient=patient, outcome=outcome, called_at=now, called_by=by
    )


def undo_call(*, call: Call, now: datetime) -> None:
    """Undo a call noted by mistake; history keeps it."""
    Call.objects.not_withdrawn().filter(pk=call.pk).update(withdrawn_at=now)
