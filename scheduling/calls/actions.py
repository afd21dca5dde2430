"""A call to somebody who has gone quiet or missed a visit, and what came of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import User
from patients.models import Patient
from scheduling.models import Call, Consultation

SAME_CALL = timedelta(minutes=1)


def note_call(
    *, patient: Patient, outcome: str, by: User, now: datetime, visit: Consultation | None = None
) -> Call:
    """Note a call, about a missed visit or about silence; pressed twice within a minute it is the same."""
    lately = Call.objects.not_withdrawn().filter(patient=patient, called_at__gt=now - SAME_CALL)
    said = {"outcome": outcome, "called_by": by, "visit": visit}
    same = lately.filter(**said).first()
    return same or Call.objects.create(patient=patient, called_at=now, **said)


def undo_call(*, call: Call, now: datetime) -> None:
    """Undo a call noted by mistake; history keeps it."""
    Call.objects.not_withdrawn().filter(pk=call.pk).update(withdrawn_at=now)
