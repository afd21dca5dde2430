"""A booked visit is cancelled or moved to another time."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import ClinicRequest, scheduler
from scheduling.models import Consultation
from scheduling.queries import TO_COME
from scheduling.visits.actions.change import cancel, reschedule
from scheduling.visits.actions.locks import Busy, CannotChange, Refused
from scheduling.visits.choosing import moved_on, refusal, slot_form, status_of, week_of
from scheduling.visits.forms import CancelForm
from scheduling.visits.views.times import booked


@scheduler
@require_http_methods(["GET", "POST"])
def cancel_visit(request: ClinicRequest, pk: int) -> HttpResponse:
    visit = _booked(request, pk)
    form = CancelForm(request.POST if request.method == "POST" else None, visit=visit)
    if form.is_valid():
        now = timezone.now()
        try:
            cancel(visit=visit, by=request.user, now=now, **form.cleaned_data)
            messages.success(request, _cancelled(visit, form))
        except (CannotChange, Busy):
            messages.warning(request, moved_on())
        return redirect("board")
    context = {"visit": visit, "clinic": visit.patient.clinic, "form": form}
    status = 422 if form.errors else 200
    return render(request, "scheduling/visits/cancel_visit.html", context, status=status)


@scheduler
@require_http_methods(["GET", "POST"])
def reschedule_visit(request: ClinicRequest, pk: int) -> HttpResponse:
    visit = _booked(request, pk)
    patient, now = visit.patient, timezone.now()
    kind = visit.visit_type
    form = slot_form(request, patient, kind)
    context = {"visit": visit, "form": form}
    status = status_of(form)
    if form.is_valid():
        slot = form.cleaned_data["slot"]
        try:
            moved = reschedule(visit=visit, slot=slot, by=request.user, now=now)
            messages.success(request, booked(moved))
            return redirect("board")
        except Refused as refused:
            status, context = 409, context | refusal(refused, patient)
        except CannotChange:
            messages.warning(request, moved_on())
            return redirect("board")
    context |= week_of(request, patient, kind)
    return render(request, "scheduling/visits/reschedule_visit.html", context, status=status)


def _cancelled(visit: Consultation, form: CancelForm) -> str:
    if form.cleaned_data["wanted_again"]:
        return _("Cancelled. %(name)s needs a visit.") % {"name": visit.patient}
    return _("Cancelled.")


def _booked(request: ClinicRequest, pk: int) -> Consultation:
    visits = Consultation.objects.visible_to(request.membership)
    related = visits.select_related(
        "patient__clinic", "patient__user", "clinician__user", "room", "visit_type"
    )
    return get_object_or_404(related, pk=pk, state__in=TO_COME)
