"""When clinicians see people every week, and the days that differ."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import ClinicRequest, desk
from scheduling import slots
from scheduling.hours import actions
from scheduling.hours.forms import HoursForm
from scheduling.hours.views.plan import WhatBecomes
from scheduling.models import Availability, AvailabilityException


@desk
def availability(request: ClinicRequest) -> HttpResponse:
    now, clinic = timezone.now(), request.membership.clinic
    today = now.astimezone(clinic.zone).date()
    related = ("membership__user", "room")
    weekly = Availability.objects.visible_to(request.membership).select_related(*related)
    changes = AvailabilityException.objects.visible_to(request.membership)
    coming = list(
        changes.filter(last_on__gte=today).select_related(*related).order_by("date", "starts", "pk")
    )
    hits = slots.hits(request.membership, coming, now=now)
    closed = [day for day in clinic.closed_on if day >= today]
    context = {
        "clinic": clinic,
        "closed": slots.hits_on(request.membership, closed, now=now).items() if closed else [],
        "weekly": weekly.in_force(today).order_by("membership__user__name", "weekday", "starts"),
        "changes": [(change, hits.get(change.pk, [])) for change in coming],
    }
    return render(request, "scheduling/hours/availability.html", context)


@desk
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


@desk
@require_POST
def end_hours(request: ClinicRequest, pk: int) -> HttpResponse:
    """They end today; the visits that only these hours had room for are shown before."""
    clinic, now = request.membership.clinic, timezone.now()
    mine = Availability.objects.visible_to(request.membership)
    hours = get_object_or_404(mine.select_related("membership__user", "room"), pk=pk)
    today = now.astimezone(clinic.zone).date()
    page = WhatBecomes(
        request,
        of=[hours.membership],
        hit=lambda: slots.hits_of_end(request.membership, hours, today, now=now),
        save=lambda: actions.end_hours(hours=hours, last_day=today),
        undo={"what": "hours", "ref": [hours.pk]},
    )
    if not page.is_agreed():
        context = page.context | {"hours": hours, "clinic": clinic}
        return render(request, "scheduling/hours/end_hours.html", context, status=page.status)
    messages.success(request, _("The hours end today."))
    return page.settled()
