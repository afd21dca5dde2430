"""The board: who needs a visit, who has a time held or booked, who is here, who is done."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import NamedTuple

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from accounts.access import ClinicRequest, scheduler
from patients.models import VisitRequest
from scheduling import slots
from scheduling.calls.selectors import calls_to_make
from scheduling.models import Consultation
from scheduling.queries import TO_COME, ConsultationQuerySet
from scheduling.referrals.selectors import ending_soon

State = Consultation.State
AHEAD = timedelta(days=14)
PAGE = 24


class Lane(NamedTuple):
    key: str
    title: str | Promise
    empty: str | Promise
    visits: list[Consultation]


LANES: list[tuple[str, Collection[str], str | Promise, str | Promise]] = [
    ("held", [State.HELD], gettext_lazy("Held"), gettext_lazy("No time is held.")),
    ("booked", TO_COME, gettext_lazy("Booked"), gettext_lazy("No visit in the next two weeks.")),
    ("arrived", [State.ARRIVED], gettext_lazy("Arrived"), gettext_lazy("Nobody is waiting here.")),
    ("done", [State.DONE], gettext_lazy("Done today"), gettext_lazy("No visit is done yet today.")),
    (
        "off",
        [State.CANCELLED, State.NO_SHOW],
        gettext_lazy("Cancelled or missed, noted today"),
        gettext_lazy("None today."),
    ),
]


@scheduler
def board(request: ClinicRequest) -> HttpResponse:
    now = timezone.now()
    clinic = request.membership.clinic
    today = now.astimezone(clinic.zone).date()
    bounds = slots.day_bounds(clinic, today, today)
    visits = list(
        _visits(request)
        .on_board(now, bounds, until=bounds[1] + AHEAD)
        .select_related(
            "patient", "clinician__user", "room", "visit_type", "visit_request", "waitlist_offer"
        )
    )
    held = [
        visit.visit_request_id
        for visit in visits
        if visit.state == State.HELD and visit.visit_request_id
    ]
    waiting = VisitRequest.objects.visible_to(request.membership).waiting().exclude(pk__in=held)
    waiting = waiting.select_related("episode__patient").order_by("due_on", "pk")
    rebook = _to_rebook(request)
    page = Paginator(waiting, PAGE).get_page(request.GET.get("page"))
    context = {
        "clinic": clinic,
        "now": now,
        "today": today,
        "end_of_today": bounds[1],
        "page": page,
        "waiting": page.object_list,
        "rebook": rebook,
        "in_need": page.paginator.count + len(rebook),
        "lanes": _lanes(visits),
        "calls": calls_to_make(request.membership, now),
        "ending": ending_soon(request.membership, today),
    }
    return render(request, "scheduling/board/board.html", context)


def _lanes(visits: list[Consultation]) -> list[Lane]:
    return [
        Lane(key, title, empty, [visit for visit in visits if visit.state in states])
        for key, states, title, empty in LANES
    ]


def _visits(request: ClinicRequest) -> ConsultationQuerySet:
    return Consultation.objects.visible_to(request.membership)


def _to_rebook(request: ClinicRequest) -> list[Consultation]:
    """What fell through and is not asked for by a request."""
    rows = _visits(request).to_rebook()
    return list(rows.select_related("patient", "visit_type", "clinician__user"))
