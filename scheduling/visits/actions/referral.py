"""An open referral follows the visits: planned once one is booked, seen once one is done."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from scheduling.models import Consultation, Referral

State = Referral.State


def note_planned(visit: Consultation, day_of: datetime, by: User, now: datetime) -> None:
    """Only a visit within the days that VA allowed counts; the day is that of `day_of`."""
    _move(visit, day_of, [State.AUTHORISED], State.SCHEDULED, by, now)


def note_seen(visit: Consultation, by: User, now: datetime) -> None:
    _move(visit, visit.starts, [State.AUTHORISED, State.SCHEDULED], State.SEEN, by, now)


def _move(
    visit: Consultation, at: datetime, before: list[State], to: State, by: User, now: datetime
) -> None:
    day = visit.patient.clinic_date(at)
    mine = Referral.objects.filter(patient=visit.patient, state__in=before)
    covering = mine.filter(starts_on__lte=day, ends_on__gte=day)
    covering.update(state=to, changed_at=now, changed_by=by)
