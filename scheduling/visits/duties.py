"""Visits to come, and times held for patients, of a clinician who leaves: the times stay, the clinician changes."""

from __future__ import annotations

from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.duties import CannotTake, Held, is_handed_over
from accounts.models import Membership, User
from patients.models import Patient
from scheduling.models import Consultation
from scheduling.queries import ARRIVED, HELD, TO_COME, ConsultationQuerySet
from scheduling.visits.actions.give import fits, give
from scheduling.visits.actions.locks import Busy, turn

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
                give(visit, to, by, now)
    except Busy as refused:
        raise CannotTake(_("Somebody is booking with them right now. Try again.")) from refused


def _must_fit(visits: list[Consultation], to: Membership, now: datetime) -> None:
    refused = [visit for visit in visits if not fits(visit, to, now)]
    if refused:
        named = "; ".join(_when(visit, to) for visit in refused[:MOST_NAMED])
        words = _(
            "%(name)s cannot take these times: %(times)s."
            " Move them or cancel them first, or choose somebody else."
        )
        raise CannotTake(words % {"name": to, "times": named})
