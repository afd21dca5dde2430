"""A hold is let go, the patient arrives, the visit ends: one press each, on the board."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import ClinicRequest, scheduler
from scheduling.models import Consultation
from scheduling.queries import ConsultationQuerySet
from scheduling.visits.actions import attendance
from scheduling.visits.actions.book import release
from scheduling.visits.actions.locks import CannotChange
from scheduling.visits.choosing import moved_on

State = Consultation.State


@scheduler
@require_POST
def release_hold(request: ClinicRequest, pk: int) -> HttpResponse:
    held = get_object_or_404(_visits(request).filter(state=State.HELD), pk=pk)
    release(held=held)
    messages.success(request, _("The time is free again."))
    return redirect("board")


@scheduler
@require_POST
def mark_arrived(request: ClinicRequest, pk: int) -> HttpResponse:
    visit = get_object_or_404(_visits(request).select_related("patient__clinic"), pk=pk)
    try:
        attendance.mark_arrived(visit=visit, by=request.user, now=timezone.now())
        messages.success(request, _("%(name)s is here.") % {"name": visit.patient})
    except CannotChange:
        messages.warning(request, moved_on())
    return redirect("board")


@scheduler
@require_POST
def mark_done(request: ClinicRequest, pk: int) -> HttpResponse:
    visit = get_object_or_404(_visits(request).select_related("patient"), pk=pk)
    try:
        attendance.mark_done(visit=visit, by=request.user, now=timezone.now())
        messages.success(request, _("The visit of %(name)s is done.") % {"name": visit.patient})
    except CannotChange:
        messages.warning(request, moved_on())
    return redirect("board")


def _visits(request: ClinicRequest) -> ConsultationQuerySet:
    return Consultation.objects.visible_to(request.membership)
