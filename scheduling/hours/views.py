"""When clinicians see people: weekly hours, time off and extra hours."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import ClinicRequest, scheduler
from scheduling import slots
from scheduling.hours import actions
from scheduling.hours.forms import ExceptionForm, HoursForm
from scheduling.models import Availability, AvailabilityException


@scheduler
def availability(request: ClinicRequest) -> HttpResponse:
    now, clinic = timezone.now(), request.membership.clinic
    today = now.astimezone(clinic.zone).date()
    related = ("membership__user", "room")
    weekly = Availability.objects.visible_to(request.membership).select_related(*related)
    changes = AvailabilityException.objects.visible_to(request.membership)
    coming = list(
        changes.filter(date__gte=today).select_related(*related).order_by("date", "starts", "pk")
    )
    hits = slots.hits(request.membership, coming, now=now)
    context = {
        "clinic": clinic,
        "weekly": weekly.in_force(today).order_by("membership__user__name", "weekday", "starts"),
        "changes": [(change, hits.get(change.pk, [])) for change in coming],
    }
    return render(request, "scheduling/hours/availability.html", context)


@scheduler
@require_http_methods(["GET", "POST"])
def add_hours(request: ClinicRequest) -> HttpResponse:
    clinic = request.membership.clinic
    today = timezone.now().astimezone(clinic.zone).date()
    data = request.POST if request.method == "POST" else None
    form = HoursForm(data, clinic=clinic, initial={"from_on": today, "slot_minutes": 30})
    if form.is_valid():
        try:
            actions.add_hours(**form.cleaned_data)
            messages.success(request, _("The hours are saved."))
            return redirect("availability")
        except actions.HoursOverlap:
            form.add_error("starts", _("These hours overlap hours that the clinician already has."))
    status = 422 if form.errors else 200
    return render(
        request, "scheduling/hours/add_hours.html", {"form": form, "clinic": clinic}, status=status
    )


@scheduler
@require_POST
def end_hours(request: ClinicRequest, pk: int) -> HttpResponse:
    clinic = request.membership.clinic
    hours = get_object_or_404(Availability.objects.visible_to(request.membership), pk=pk)
    actions.end_hours(hours=hours, last_day=timezone.now().astimezone(clinic.zone).date())
    messages.success(request, _("The hours end today. Visits that are booked stay booked."))
    return redirect("availability")


@scheduler
@require_http_methods(["GET", "POST"])
def add_exception(request: ClinicRequest) -> HttpResponse:
    clinic = request.membership.clinic
    form = ExceptionForm(request.POST if request.method == "POST" else None, clinic=clinic)
    if form.is_valid():
        actions.add_exception(**form.cleaned_data)
        messages.success(request, _("The day is saved."))
        return redirect("availability")
    status = 422 if form.errors else 200
    return render(
        request,
        "scheduling/hours/add_exception.html",
        {"form": form, "clinic": clinic},
        status=status,
    )


@scheduler
@require_POST
def withdraw_exception(request: ClinicRequest, pk: int) -> HttpResponse:
    changes = AvailabilityException.objects.visible_to(request.membership)
    change = get_object_or_404(changes, pk=pk)
    actions.withdraw_exception(exception=change)
    messages.success(request, _("That day has its usual hours again."))
    return redirect("availability")
