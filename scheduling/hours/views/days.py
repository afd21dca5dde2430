"""Time off, extra hours and holidays; the visits that they run into are shown before anything is saved."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import ClinicRequest, desk
from accounts.actions import open_again_on
from accounts.models import Membership
from scheduling import slots
from scheduling.hours import actions
from scheduling.hours.forms import ExceptionForm, HolidayForm
from scheduling.hours.views.plan import WhatBecomes
from scheduling.models import AvailabilityException, Consultation


@desk
@require_http_methods(["GET", "POST"])
def add_exception(request: ClinicRequest) -> HttpResponse:
    """Time off or extra hours."""
    clinic, today = request.membership.clinic, _today(request)
    data = request.POST if request.method == "POST" else None
    form = ExceptionForm(data, clinic=clinic, today=today)
    page = "scheduling/hours/add_exception.html"
    if not form.is_valid():
        return _asks(request, page, form)
    given = form.cleaned_data
    planned = AvailabilityException(
        membership=given["membership"], kind=given["kind"], date=given["date"],
        last_on=given["last_on"] or given["date"], starts=given["starts"], ends=given["ends"],
    )  # fmt: skip
    what = _leave(request, planned, given)
    try:
        if not what.is_agreed():
            return _asks(request, page, form, what)
    except actions.OffAlready:
        form.add_error("date", _("The clinician has time off on some of these days already."))
        return _asks(request, page, form)
    messages.success(request, _saved(planned))
    return what.settled()


def _leave(
    request: ClinicRequest, planned: AvailabilityException, given: dict[str, object]
) -> WhatBecomes:
    def hit() -> list[Consultation]:
        return slots.hits(request.membership, [planned], now=timezone.now()).get(None, [])

    def save() -> None:
        made = actions.add_exception(**given)  # type: ignore[arg-type]
        undo["ref"] = [made.pk]

    undo: dict[str, object] = {"what": "leave"}
    return WhatBecomes(request, of=[planned.membership], hit=hit, save=save, undo=undo)


@desk
@require_http_methods(["GET", "POST"])
def add_holiday(request: ClinicRequest) -> HttpResponse:
    """Days on which the clinic is closed."""
    form = HolidayForm(request.POST if request.method == "POST" else None, today=_today(request))
    page = "scheduling/hours/add_holiday.html"
    if not form.is_valid():
        return _asks(request, page, form)
    given, now = form.cleaned_data, timezone.now()
    days, clinic = (
        _days(given["date"], given["last_on"] or given["date"]),
        request.membership.clinic,
    )
    everybody = clinic.memberships.current().filter(role=Membership.Role.CLINICIAN)
    what = WhatBecomes(
        request,
        of=list(everybody),
        hit=lambda: _hit_on(request, days),
        save=lambda: actions.add_holiday(clinic=clinic, now=now, **given),
        undo={"what": "holiday", "ref": [day.isoformat() for day in days]},
        by_colleague=False,
    )
    try:
        if not what.is_agreed():
            return _asks(request, page, form, what)
    except ValidationError:
        form.add_error("last_on", _("There are sixty such days already. Take some off first."))
        return _asks(request, page, form)
    messages.success(request, _("Saved. Patients read it from now on."))
    return what.settled()


def _hit_on(request: ClinicRequest, days: list[date]) -> list[Consultation]:
    found = slots.hits_on(request.membership, days, now=timezone.now())
    return [visit for on in found.values() for visit in on]


@desk
@require_POST
def open_again(request: ClinicRequest) -> HttpResponse:
    """The clinic is open on a day after all; a day that is not on the list changes nothing."""
    try:
        day = date.fromisoformat(request.POST.get("day", ""))
    except ValueError:
        return redirect("availability")
    open_again_on(clinic=request.membership.clinic, day=day)
    messages.success(request, _("That day has its usual hours again."))
    return redirect("availability")


@desk
@require_POST
def withdraw_exception(request: ClinicRequest, pk: int) -> HttpResponse:
    changes = AvailabilityException.objects.visible_to(request.membership)
    change = get_object_or_404(changes, pk=pk)
    actions.withdraw_exception(exception=change)
    messages.success(request, _("That day has its usual hours again."))
    return redirect("availability")


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]


def _today(request: ClinicRequest) -> date:
    return timezone.now().astimezone(request.membership.clinic.zone).date()


def _saved(planned: AvailabilityException) -> str:
    if planned.is_one_day:
        return _("The day is saved.")
    return _("The days are saved.")


def _asks(
    request: ClinicRequest, page: str, form: Form, what: WhatBecomes | None = None
) -> HttpResponse:
    """The form, with the visits that the time off runs into and what can become of them."""
    context = {"form": form, "clinic": request.membership.clinic} | (what.context if what else {})
    status = what.status if what else 422 if form.errors else 200
    return render(request, page, context, status=status)
