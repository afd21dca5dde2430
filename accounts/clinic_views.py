"""The clinic itself: everybody at work reads it, its administrators change it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import actions
from accounts.access import ClinicRequest, administrator, clinic
from accounts.clinic_forms import ClosedDayForm, OurClinicForm
from accounts.clinic_history import clinic_changes
from accounts.models import Clinic, Membership, Notice


def _today(own: Clinic) -> date:
    return timezone.now().astimezone(own.zone).date()


def _page(request: ClinicRequest, form: ClosedDayForm | None = None) -> HttpResponse:
    own = request.membership.clinic
    today = _today(own)
    context: dict[str, Any] = {
        "own": own,
        "opening": own.opening(timezone.now()),
        "closed_on": [day for day in own.closed_on if day >= today],
    }
    if request.membership.role == Membership.Role.ADMINISTRATOR:
        context |= {"form": form or ClosedDayForm(today=today), "changes": clinic_changes(own)}
        month = timezone.now() - timedelta(days=30)
        context["notices"] = Notice.objects.filter(clinic=own).counted(month)
    status = 422 if form else 200
    return render(request, "accounts/our_clinic.html", context, status=status)


@clinic
@require_safe
def our_clinic(request: ClinicRequest) -> HttpResponse:
    return _page(request)


@administrator
@require_http_methods(["GET", "POST"])
def change_our_clinic(request: ClinicRequest) -> HttpResponse:
    own = request.membership.clinic
    form = OurClinicForm(request.POST or None, clinic=own)
    if form.is_valid():
        try:
            actions.change_clinic(clinic=own, **form.changes)
        except ValidationError as refused:  # of two who changed one end of the day each
            form.add_error(None, refused.messages)
        else:
            messages.success(request, _("Saved. Patients read it from now on."))
            return redirect("our_clinic")
    status = 422 if form.is_bound else 200
    context = {"form": form, "own": own}
    return render(request, "accounts/change_our_clinic.html", context, status=status)


@administrator
@require_POST
def add_closed_day(request: ClinicRequest) -> HttpResponse:
    own = request.membership.clinic
    form = ClosedDayForm(request.POST, today=_today(own))
    if form.is_valid():
        try:
            actions.close_on(clinic=own, day=form.cleaned_data["day"], now=timezone.now())
        except ValidationError:
            form.add_error("day", _("There are sixty such days already. Take one off first."))
        else:
            messages.success(request, _("Saved. Patients read it from now on."))
            return redirect("our_clinic")
    return _page(request, form)


@administrator
@require_POST
def remove_closed_day(request: ClinicRequest) -> HttpResponse:
    """A day that is not on the list changes nothing."""
    try:
        day = parse_date(request.POST.get("day", ""))
    except ValueError:
        day = None
    if day:
        actions.open_again_on(clinic=request.membership.clinic, day=day)
        messages.success(request, _("Saved. Patients read it from now on."))
    return redirect("our_clinic")
