"""The board: who needs a visit, who has a time held or booked, who is here, who is done."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.access import ClinicRequest, scheduler
from patients.models import VisitRequest
from scheduling import actions, slots
from scheduling.models import Consultation
from scheduling.non_responders import calls_to_make
from scheduling.queries import ConsultationQuerySet

State = Consultation.State
AHEAD = timedelta(days=14)


class Lane(NamedTuple):
    state: str
    title: str | Promise
    empty: str | Promise
    visits: list[Consultation]


LANES = [
    (State.HELD, gettext_lazy("Held"), gettext_lazy("No time is held.")),
    (State.BOOKED, gettext_lazy("Booked"), gettext_lazy("No visit in the next two weeks.")),
    (State.ARRIVED, gettext_lazy("Arrived"), gettext_lazy("Nobody is waiting here.")),
    (State.DONE, gettext_lazy("Done today"), gettext_lazy("No visit is done yet today.")),
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
        .select_related("patient", "clinician__user", "room", "visit_request")
    )
    held = [
        visit.visit_request_id
        for visit in visits
        if visit.state == State.HELD and visit.visit_request_id
    ]
    waiting = VisitRequest.objects.visible_to(request.membership).waiting()
    context = {
        "clinic": clinic,
        "now": now,
        "today": today,
        "end_of_today": bounds[1],
        "waiting": waiting.exclude(pk__in=held)
        .select_related("episode__patient")
        .order_by("due_on", "pk"),
        "lanes": [
            Lane(state, title, empty, [visit for visit in visits if visit.state == state])
            for state, title, empty in LANES
        ],
        "calls": calls_to_make(request.membership, now),
    }
    return render(request, "scheduling/board.html", context)


@scheduler
@require_POST
def release_hold(request: ClinicRequest, pk: int) -> HttpResponse:
    held = get_object_or_404(_visits(request).filter(state=State.HELD), pk=pk)
    actions.release(held=held)
    messages.success(request, _("The time is free again."))
    return redirect("board")


@scheduler
@require_POST
def mark_arrived(request: ClinicRequest, pk: int) -> HttpResponse:
    visit = get_object_or_404(_visits(request).select_related("patient__clinic"), pk=pk)
    try:
        actions.mark_arrived(visit=visit, by=request.user, now=timezone.now())
        messages.success(request, _("%(name)s is here.") % {"name": visit.patient})
    except actions.CannotChange:
        messages.warning(request, moved_on())
    return redirect("board")


@scheduler
@require_POST
def mark_done(request: ClinicRequest, pk: int) -> HttpResponse:
    visit = get_object_or_404(_visits(request).select_related("patient"), pk=pk)
    try:
        actions.mark_done(visit=visit, by=request.user, now=timezone.now())
        messages.success(request, _("The visit of %(name)s is done.") % {"name": visit.patient})
    except actions.CannotChange:
        messages.warning(request, moved_on())
    return redirect("board")


def moved_on() -> str:
    return _("A colleague changed this in the meantime. Here is how it stands now.")


def _visits(request: ClinicRequest) -> ConsultationQuerySet:
    return Consultation.objects.visible_to(request.membership)
