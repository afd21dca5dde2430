"""A hold is let go; the patient confirms, arrives, is seen or does not come; each step can be undone."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import ClinicRequest, scheduler
from patients.care_team.actions.access import note_access
from scheduling.models import Consultation
from scheduling.queries import ConsultationQuerySet
from scheduling.slots import day_bounds
from scheduling.visits.actions import attendance, undo
from scheduling.visits.actions.book import release
from scheduling.visits.actions.change import drop_rebooking, moved_from
from scheduling.visits.actions.locks import Busy, CannotChange, MovedOn, SlotTaken
from scheduling.visits.choosing import moved_on
from scheduling.visits.forms import NoShowForm
from scheduling.visits.selectors import steps_of

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
    return _step(request, pk, attendance.mark_arrived, _("%(name)s is here."))


@scheduler
@require_POST
def mark_confirmed(request: ClinicRequest, pk: int) -> HttpResponse:
    return _step(request, pk, attendance.mark_confirmed, _("%(name)s will come."))


@scheduler
@require_http_methods(["GET", "POST"])
def mark_no_show(request: ClinicRequest, pk: int) -> HttpResponse:
    """Why is asked first; what follows is said."""
    related = ("patient__clinic", "clinician__user", "room", "visit_type")
    visit = get_object_or_404(_visits(request).select_related(*related), pk=pk)
    form = NoShowForm(request.POST if request.method == "POST" else None)
    if not visit.is_to_come or visit.starts > timezone.now():
        messages.warning(request, moved_on())
        return redirect("board")
    if form.is_valid():
        now, reason = timezone.now(), form.cleaned_data["reason"]
        try:
            attendance.mark_no_show(visit=visit, reason=reason, by=request.user, now=now)
            messages.success(request, _("Noted. Please call %(name)s.") % {"name": visit.patient})
        except (CannotChange, Busy):
            messages.warning(request, moved_on())
        return redirect("board")
    context = {"visit": visit, "clinic": visit.patient.clinic, "form": form}
    status = 422 if form.errors else 200
    return render(request, "scheduling/visits/no_show.html", context, status=status)


@scheduler
@require_POST
def undo_step(request: ClinicRequest, pk: int) -> HttpResponse:
    """Undo the last step of a visit; the page names the state that it showed."""
    related = ("patient__clinic", "patient__user", "visit_type", "clinician", "room")
    visit = get_object_or_404(_visits(request).select_related(*related), pk=pk)
    seen = request.POST.get("state", "")
    try:
        undo.undo_step(visit=visit, seen=seen, by=request.user, now=timezone.now())
        messages.success(request, _("Undone."))
    except SlotTaken:
        messages.warning(request, _("This time is not free any more. Book another time."))
    except (MovedOn, Busy):
        messages.warning(request, moved_on())
    return redirect("visit", visit.pk) if "history" in request.POST else redirect("board")


@scheduler
@require_POST
def no_other_time(request: ClinicRequest, pk: int) -> HttpResponse:
    """The patient of a visit that fell through needs no other time."""
    visit = get_object_or_404(_visits(request).select_related("patient"), pk=pk)
    drop_rebooking(visit=visit)
    words = _("%(name)s does not need another time for this visit.")
    messages.success(request, words % {"name": visit.patient})
    return redirect("board")


@scheduler
@require_safe
def visit(request: ClinicRequest, pk: int) -> HttpResponse:
    """One visit: what is planned, and what happened to it."""
    related = ("patient__clinic", "patient__user", "clinician__user", "room", "visit_type")
    found = get_object_or_404(_visits(request).select_related(*related, "visit_request"), pk=pk)
    now, patient = timezone.now(), found.patient
    note_access(patient=patient, user=request.user, page="visit", now=now)
    today = patient.clinic_date(now)
    context = {
        "visit": found,
        "patient": patient,
        "clinic": patient.clinic,
        "steps": steps_of(found),
        "moved_from": moved_from(found, now),
        "series": _visits(request).of_series(found),
        "reminders": found.reminders.select_related("notice").order_by("posted_at", "pk"),
        "texts": found.texts.order_by("due_at", "pk"),
        "now": now,
        "end_of_today": day_bounds(patient.clinic, today, today)[1],
    }
    return render(request, "scheduling/visits/visit.html", context)


@scheduler
@require_POST
def mark_done(request: ClinicRequest, pk: int) -> HttpResponse:
    return _step(request, pk, attendance.mark_done, _("The visit of %(name)s is done."))


def _step(request: ClinicRequest, pk: int, act: Callable[..., None], said: str) -> HttpResponse:
    """Do it and say so, or say that somebody else was first."""
    visit = get_object_or_404(_visits(request).select_related("patient__clinic"), pk=pk)
    try:
        act(visit=visit, by=request.user, now=timezone.now())
        messages.success(request, said % {"name": visit.patient})
    except CannotChange:
        messages.warning(request, moved_on())
    return redirect("board")


def _visits(request: ClinicRequest) -> ConsultationQuerySet:
    return Consultation.objects.visible_to(request.membership)
