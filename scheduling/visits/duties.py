"""Visits to come, and times held for patients, of a clinician who leaves: the times stay, the clinician changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.duties import CannotTake, Held, is_handed_over
from accounts.models import Membership, Notice, User
from patients.models import Patient
from scheduling.models import Consultation
from scheduling.queries import ARRIVED, HELD, TO_COME, ConsultationQuerySet
from scheduling.visits.actions.locks import Busy, place, turn
from scheduling.visits.actions.notify import notify_patient

MOST_NAMED = 12


def visits_of(membership: Membership, now: datetime) -> ConsultationQuerySet:
    """What is not over and takes this clinician's time. What is over stays with whoever was there."""
    theirs = Consultation.objects.taking_time(now).filter(clinician=membership)
    coming = theirs.filter(state__in=[HELD, *TO_COME, ARRIVED], period__endswith__gt=now)
    return coming.order_by("period", "pk")


def _visits(membership: Membership, now: datetime) -> Held:
    rows = list(visits_of(membership, now))
    words = ngettext("Has %(n)s visit or held time", "Has %(n)s visits and held times", len(rows))
    return Held(len(rows), words % {"n": len(rows)}, [_when(row, membership) for row in rows])


def _when(visit: Consultation, membership: Membership) -> str:
    return date_format(visit.starts.astimezone(membership.clinic.zone), "D, M j, Y, H:i")


@is_handed_over("visits", _visits)
def _give_visits(*, of: Membership, to: Membership, by: User, now: datetime) -> None:
    """Each at its own time, and each patient hears of it; none moves when one of them cannot."""
    try:
        with turn():
            rows = visits_of(of, now)
            patients = Patient.objects.filter(pk__in=rows.values("patient")).order_by("pk")
            list(patients.select_for_update(no_key=True).values_list("pk"))
            visits = list(rows.select_related("patient__clinic", "patient__user", "visit_type"))
            _must_fit(visits, to, now)
            for visit in visits:
                _give(visit, to, by, now)
    except Busy as refused:
        raise CannotTake(_("Somebody is booking with them right now. Try again.")) from refused


def _must_fit(visits: list[Consultation], to: Membership, now: datetime) -> None:
    refused = [visit for visit in visits if not _fits(visit, to, now)]
    if refused:
        named = "; ".join(_when(visit, to) for visit in refused[:MOST_NAMED])
        words = _(
            "%(name)s cannot take these times: %(times)s."
            " Move them or cancel them first, or choose somebody else."
        )
        raise CannotTake(words % {"name": to, "times": named})


def _fits(visit: Consultation, to: Membership, now: datetime) -> bool:
    """Free then, somebody who holds such visits, and not the patient."""
    kind, slot = visit.visit_type, replace(visit.slot, clinician=to.pk, room=None)
    others = Consultation.objects.taking_time(now).in_the_way(slot, visit.patient)
    may_hold = kind is None or kind.may_be_held_by(to)
    is_free = not others.exclude(pk=visit.pk).exists()
    return may_hold and is_free and visit.patient.user_id != to.user_id


def _give(visit: Consultation, to: Membership, by: User, now: datetime) -> None:
    if visit.is_to_come:
        visit.state, visit.confirmed_at, visit.confirmed_by = visit.State.BOOKED, None, None
        visit.booked_at, visit.booked_by = now, by
    visit.sequence += 1
    place(visit, replace(visit.slot, clinician=to.pk), now)
    if visit.state != HELD or visit.offered_at:
        notify_patient(visit, Notice.Kind.VISIT_CANCELLED, now)
