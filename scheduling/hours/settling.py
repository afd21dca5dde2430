"""Time off, a holiday or hours that end, and what becomes of the visits that they run into: all at once.

In one transaction the time off is saved, and each visit goes to a colleague or is cancelled with a notice;
whoever books meanwhile waits for the same locks. Other times are offered after it, patient by patient:
until then, and where none is free, the patient stands under "Needs a visit".
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from accounts.models import Membership, User
from patients.models import Patient
from scheduling import slots
from scheduling.models import Consultation
from scheduling.rules.fits import BEST
from scheduling.visits.actions.change import cancel
from scheduling.visits.actions.choice import offer_times
from scheduling.visits.actions.give import fits, give
from scheduling.visits.actions.locks import MovedOn, Refused, lock_times, turn

STAY, MOVE, OFFER, CANCEL = "stay", "move", "offer", "cancel"
OFFERED_FOR = timedelta(days=7)
Visits = list[Consultation]


@dataclass(frozen=True)
class Plan:
    """What becomes of the visits; `otherwise` of those that the colleague cannot take."""

    how: str = STAY
    colleague: Membership | None = None
    otherwise: str = OFFER


@dataclass
class Settled:
    """What became of them; `at` names the moment, by which it is found and undone."""

    at: datetime
    moved: Visits = field(default_factory=list)
    cancelled: Visits = field(default_factory=list)
    offered: Visits = field(default_factory=list)


class Unseen(Exception):
    """Visits were booked since the page was shown: nothing is saved; `hit` are all of them."""

    def __init__(self, hit: Visits) -> None:
        super().__init__()
        self.hit = hit


def settle(
    *,
    save: Callable[[], Visits],
    seen: Visits,
    of: Collection[Membership],
    plan: Plan,
    by: User,
    now: datetime,
) -> Settled:
    """`save` takes the time of these clinicians away and returns what that runs into; nothing is saved
    when that is more than was `seen`. Raises Unseen, Busy, and whatever `save` raises."""
    with turn():
        _lock(seen, of, plan)
        hit = save()
        if {visit.pk for visit in hit} - {visit.pk for visit in seen}:
            raise Unseen(hit)
        done = _settle(hit, plan, by, now)
    if OFFER in (plan.how, plan.otherwise if plan.how == MOVE else ""):
        done.offered = [visit for visit in done.cancelled if _offer(visit, by, now)]
    return done


def _lock(seen: Visits, of: Collection[Membership], plan: Plan) -> None:
    """Patients, then clinicians, then rooms: the order of whoever books."""
    patients = Patient.objects.filter(pk__in={visit.patient_id for visit in seen}).order_by("pk")
    list(patients.select_for_update(no_key=True).values_list("pk"))
    clinicians = {member.pk for member in of} | ({plan.colleague.pk} if plan.colleague else set())
    rows = Membership.objects.filter(pk__in=clinicians).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk"))
    lock_times(Consultation(), *(visit.slot for visit in seen))


def _settle(hit: Visits, plan: Plan, by: User, now: datetime) -> Settled:
    done = Settled(now)
    takes = _taken_by(plan.colleague, hit, now) if plan.how == MOVE else set()
    for visit in hit:
        if visit.pk in takes and plan.colleague:
            give(visit, plan.colleague, by, now)
            done.moved.append(visit)
        elif visit.state == visit.State.HELD:
            _take_back(visit, now)
        elif visit.is_to_come and STAY not in (plan.how, plan.otherwise * (plan.how == MOVE)):
            reason = Consultation.Reason.CLINICIAN_AWAY
            done.cancelled.append(cancel(visit=visit, reason=reason, by=by, now=now))
    return done


def _taken_by(colleague: Membership | None, hit: Visits, now: datetime) -> set[int]:
    """Those that the colleague has the time for, in hours of theirs; not whoever is here already, nor what
    is offered to somebody in line, who is offered another."""
    if colleague is None:
        return set()
    there = {visit.pk: replace(visit.slot, clinician=colleague.pk) for visit in hit}
    kept = slots.working(colleague.clinic, there.values())
    movable = (
        visit
        for visit in hit
        if visit.state != visit.State.ARRIVED and not hasattr(visit, "waitlist_offer")
    )
    return {
        visit.pk for visit in movable if there[visit.pk] in kept and fits(visit, colleague, now)
    }


def _take_back(held: Consultation, now: datetime) -> None:
    """Nobody can accept this time any more. Whoever waits by a request or in line still waits; of the
    others it reads as an offer that ran out, so that they are called."""
    in_line = hasattr(held, "waitlist_offer")
    if held.visit_request_id or in_line:
        held.delete()
    else:
        Consultation.objects.filter(pk=held.pk).update(held_until=now)


def _offer(visit: Consultation, by: User, now: datetime) -> bool:
    """Up to three other times, to choose one; False where none is free or they have no account."""
    patient, kind = visit.patient, visit.visit_type
    if patient.user is None:
        return False
    due_on = max(visit.slot.day(patient.clinic.zone), patient.clinic_date(now)) + OFFERED_FOR
    patient.clinic.refresh_from_db(fields=["closed_on"])
    free = slots.propose(patient, due_on=due_on, clinician=visit.clinician_id, now=now, kind=kind)[
        :BEST
    ]
    wanted = visit.visit_request
    if not free:
        return False
    try:
        offer_times(patient=patient, slots=free, request=wanted, by=by, now=now, kind=kind)
    except (Refused, MovedOn):
        return False
    return True
