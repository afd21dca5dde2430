"""Programs of other houses that may read this clinic's records: for its administrators."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import ClinicRequest, administrator
from accounts.models import System
from exchange.actions import end_system as end
from exchange.actions import register_system
from exchange.datatypes import base
from exchange.forms import SystemForm


@administrator
@require_http_methods(["GET", "HEAD", "POST"])
def systems(request: ClinicRequest) -> HttpResponse:
    at, now = request.membership, timezone.now()
    today = now.astimezone(at.clinic.zone).date()
    form = SystemForm(request.POST if request.method == "POST" else None, today=today)
    if form.is_valid():
        register_system(at=at, now=now, **form.cleaned_data)
        messages.success(
            request, _("Registered. Give the other house its client id and our address.")
        )
        return redirect("systems")
    mine = System.objects.visible_to(at).select_related("registered_by", "ended_by", "clinic")
    context = {
        "form": form,
        "rows": [(each, each.may_read(now)) for each in mine.order_by("ended_at", "name", "pk")],
        "address": base(),
    }
    return render(request, "exchange/systems.html", context, status=422 if form.errors else 200)


@administrator
@require_POST
def end_system(request: ClinicRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(System.objects.visible_to(request.membership), pk=pk)
    end(system=found, at=request.membership, now=timezone.now())
    messages.success(request, _("Ended. It reads nothing from now on."))
    return redirect("systems")
