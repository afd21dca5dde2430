"""The last step of a visit is undone; history keeps both."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from accounts.models import Notice, User
from patients.models import VisitRequest
from scheduling.models import Consultation
from scheduling.visits.actions.change import cancel, move_back
from scheduling.visits.actions.locks import CannotChange, NotWaiting, lock_patient, place, taking
from scheduling.visits.actions.notify import notify_patient
from scheduling.visits.actions.sessions import take_back_session

State = Consultation.State
ENDED = (State.CANCELLED, State.NO_SHOW)
MOVED = "moved"  # no state: what a page names that shows a visit as moved


def undo_step(*, visit: Consultation, seen: str, by: User, now: datetime) -> None:
    """Undo what led to the state that the page showed (`seen`): here no longer, not confirmed, not over
    yet, not cancelled or missed, not booked; and, for ten minutes, not `MOVED`.

    Raises CannotChange when it has moved on, SlotTaken when somebody has the time, NotWaiting when its
    request has another visit, Busy.
    """
    if seen == MOVED:
        move_back(visit=visit, by=by, now=now)
        return
    if visit.state != seen:
        raise CannotChange
    if seen in ENDED:
        _bring_back(visit, by, now)
    elif seen == State.BOOKED:
        cancel(visit=visit, reason=Consultation.Reason.MISTAKE, by=by, now=now, wanted_again=False)
    else:
        _step_back(visit, by, now)


@transaction.atomic
def _step_back(visit: Consultation, by: User, now: datetime) -> None:
    """From done to arrived, from arrived to confirmed or booked, from confirmed to booked."""
    lock_patient(visit.patient)
    row = _as_seen(visit)
    _BACK[State(row.state)](row, by, now)
    row.undone_at, row.undone_by = now, by
    row.save()


def _not_done(row: Consultation, by: User, now: datetime) -> None:
    take_back_session(visit=row, by=by, now=now)
    row.state, row.done_at, row.done_by = State.ARRIVED, None, None


def _not_arrived(row: Consultation, by: User, now: datetime) -> None:
    row.state = State.CONFIRMED if row.confirmed_at else State.BOOKED
    row.arrived_at = row.arrived_by = None


def _not_confirmed(row: Consultation, by: User, now: datetime) -> None:
    row.state, row.confirmed_at, row.confirmed_by = State.BOOKED, None, None


_BACK: dict[State, Callable[[Consultation, User, datetime], None]] = {
    State.DONE: _not_done,
    State.ARRIVED: _not_arrived,
    State.CONFIRMED: _not_confirmed,
}


def _bring_back(visit: Consultation, by: User, now: datetime) -> None:
    """A visit that was cancelled or missed has its time again, if nobody else has."""
    with taking(visit.slot, visit.patient, now, visit.visit_type, pk=visit.pk):
        lock_patient(visit.patient)
        row = _as_seen(visit)
        _close_request_again(row, by, now)
        was_cancelled = row.state == State.CANCELLED
        row.state = State.CONFIRMED if row.confirmed_at else State.BOOKED
        row.cancelled_at = row.cancelled_by = row.no_show_at = row.no_show_by = None
        row.cancel_reason = row.no_show_reason = ""
        row.rebook_by = None
        row.undone_at, row.undone_by = now, by
        if was_cancelled:
            row.sequence += 1
            if row.starts > now:
                notify_patient(row, Notice.Kind.VISIT_BOOKED, now)
        place(row, row.slot, now)


def _as_seen(visit: Consultation) -> Consultation:
    related = ("patient__clinic", "patient__user", "visit_type", "done_by")
    row = Consultation.objects.select_related(*related).get(pk=visit.pk)
    if row.state != visit.state:
        raise CannotChange
    return row


def _close_request_again(row: Consultation, by: User, now: datetime) -> None:
    if row.visit_request_id is None:
        return
    others = Consultation.objects.not_cancelled().filter(visit_request=row.visit_request_id)
    if others.exists():
        raise NotWaiting
    VisitRequest.objects.filter(pk=row.visit_request_id).update(closed_at=now, closed_by=by)
