"""A referral moves on, a step at a time; each step names who and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from accounts.constraints import refused_as
from accounts.models import User
from patients.models import Patient
from scheduling.models import Referral
from scheduling.visits.actions.locks import MovedOn

State, Closing = Referral.State, Referral.Closing
NEXT_STEP = {
    State.AUTHORISED: State.SCHEDULED,
    State.SCHEDULED: State.SEEN,
    State.SEEN: State.RETURNED,
}


class ReferralOpen(Exception):
    """The patient has an open referral: renew or close that one."""


class ReferralMoved(MovedOn):
    """A colleague has taken this step already, or another one."""


def request_referral(*, patient: Patient, number: str, by: User, now: datetime) -> Referral:
    """VA was asked. Raises ReferralOpen."""
    with refused_as(ReferralOpen, "one_open_referral_per_patient"):
        return Referral.objects.create(
            patient=patient, number=number, requested_at=now, changed_at=now, changed_by=by
        )


@dataclass(frozen=True)
class Authorised:
    """What VA allowed: first and last day, visits, what they may be for (empty: VA named nothing), and the
    episode of care by its name, if it has one."""

    days: tuple[date, date]
    visits: int
    covers: tuple[str, ...] = ()
    seoc: str = ""


@transaction.atomic
def authorise_referral(
    *, referral: Referral, authorised: Authorised, by: User, now: datetime
) -> None:
    """Raises ReferralMoved."""
    held = _in_state(referral, State.REQUESTED)
    held.starts_on, held.ends_on = authorised.days
    held.visits_allowed, held.seoc = authorised.visits, authorised.seoc
    held.covers = list(authorised.covers)
    _move(held, State.AUTHORISED, by, now)


@transaction.atomic
def advance_referral(*, referral: Referral, by: User, now: datetime) -> None:
    """Scheduled, seen, records returned, in this order. Raises ReferralMoved."""
    held = _in_state(referral, referral.state)
    if held.state not in NEXT_STEP:
        raise ReferralMoved
    _move(held, NEXT_STEP[State(held.state)], by, now)


@transaction.atomic
def see_to_warning(*, referral: Referral, stage: int, by: User, now: datetime) -> None:
    """Somebody looks after what ends in `stage` days: it is on the board again at the next warning.
    Idempotent. Raises ReferralMoved when it is closed."""
    held = Referral.objects.select_for_update(of=("self",)).get(pk=referral.pk)
    if held.state == State.CLOSED:
        raise ReferralMoved
    if held.warned_days is None or held.warned_days > stage:
        held.warned_days, held.changed_at, held.changed_by = stage, now, by
        held.save()


@transaction.atomic
def close_referral(*, referral: Referral, closing: str, by: User, now: datetime) -> None:
    """Raises ReferralMoved when it is closed already."""
    held = _in_state(referral, referral.state)
    if held.state == State.CLOSED:
        raise ReferralMoved
    held.closing = closing
    _move(held, State.CLOSED, by, now)


@transaction.atomic
def renew_referral(*, referral: Referral, by: User, now: datetime) -> Referral:
    """Close this one and ask VA for the next. Raises ReferralMoved."""
    close_referral(referral=referral, closing=Closing.RENEWED, by=by, now=now)
    return Referral.objects.create(
        patient=referral.patient,
        renews=referral,
        requested_at=now,
        changed_at=now,
        changed_by=by,
    )


def _in_state(referral: Referral, state: str) -> Referral:
    """The row, locked, if it still is as the page showed it."""
    held = Referral.objects.select_for_update(of=("self",)).get(pk=referral.pk)
    if held.state != state:
        raise ReferralMoved
    return held


def _move(referral: Referral, state: str, by: User, now: datetime) -> None:
    referral.state, referral.changed_at, referral.changed_by = state, now, by
    referral.save()
