"""The patient answers a reminder: they will come, or ask for another time."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from scheduling.models import Consultation
from scheduling.queries import TO_COME, ConsultationQuerySet
from scheduling.visits.actions.attendance import mark_confirmed
from scheduling.visits.actions.locks import CannotChange, lock_patient, turn

State = Consultation.State


def confirm_by_link(*, visit: Consultation, by: User, now: datetime) -> None:
    """As if they had said so on the phone; twice is once. What they asked before is settled.

    Raises CannotChange, Busy.
    """
    with turn():
        lock_patient(visit.patient)
        if not _as_seen(visit).filter(state=State.CONFIRMED).exists():
            mark_confirmed(visit=visit, by=by, now=now)
        _as_seen(visit).update(change_asked_at=None)


def ask_for_another_time(*, visit: Consultation, now: datetime) -> None:
    """Staff call them; until then the visit stays as it is. Twice is once. Raises CannotChange, Busy."""
    with turn():
        lock_patient(visit.patient)
        seen = _as_seen(visit)
        if not seen.exists():
            raise CannotChange
        seen.filter(change_asked_at=None).update(change_asked_at=now)


def _as_seen(visit: Consultation) -> ConsultationQuerySet:
    """The visit if it is still to come, at the time that the page showed."""
    return Consultation.objects.filter(pk=visit.pk, state__in=TO_COME, period=visit.period)
