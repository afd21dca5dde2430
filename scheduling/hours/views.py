"""When clinicians see people: weekly hours, time off and extra hours."""

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
from scheduling import slots
from scheduling.hours import actions
from scheduling.hours.forms import ExceptionForm, HolidayForm, HoursForm
from scheduling.models import Availability, AvailabilityException, Consultation


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
    clinic = request.membership.clinic
    hours = get_object_or_404(Availability.objects.visible_to(request.membership), pk=pk)
    actions.end_hours(hours=hours, last_day=timezone.now().astimezone(clinic.zone).date())
    messages.success(request, _("The hours end today. Visits that are booked stay booked."))
    return redirect("availability")


@desk
@require_http_methods(["GET", "POST"])
def add_exception(request: ClinicRequest) -> HttpResponse:
    """Time off or extra hours; the visits that time off runs into are shown before it is saved."""
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
    if hit := _unseen(request, planned):
        return _asks(request, page, form, hit)
    try:
        actions.add_exception(**given)
    except actions.OffAlready:
        form.add_error("date", _("The clinician has time off on some of these days already."))
        return _asks(request, page, form)
    messages.success(request, _saved(planned))
    return redirect("availability")


@desk
@require_http_methods(["GET", "POST"])
def add_holiday(request: ClinicRequest) -> HttpResponse:
    """Days on which the clinic is closed; the visits of these days are shown before it is saved."""
    form = HolidayForm(request.POST if request.method == "POST" else None, today=_today(request))
    page = "scheduling/hours/add_holiday.html"
    if not form.is_valid():
        return _asks(request, page, form)
    given, now = form.cleaned_data, timezone.now()
    days = _days(given["date"], given["last_on"] or given["date"])
    hit = [
        visit for on in slots.hits_on(request.membership, days, now=now).values() for visit in on
    ]
    if _is_news(request, hit):
        return _asks(request, page, form, hit)
    try:
        actions.add_holiday(clinic=request.membership.clinic, now=now, **given)
    except ValidationError:
        form.add_error("last_on", _("There are sixty such days already. Take some off first."))
        return _asks(request, page, form)
    messages.success(request, _("Saved. Patients read it from now on."))
    return redirect("availability")


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


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]


def _today(request: ClinicRequest) -> date:
    return timezone.now().astimezone(request.membership.clinic.zone).date()


def _saved(planned: AvailabilityException) -> str:
    if planned.is_one_day:
        return _("The day is saved.")
    return _("The days are saved.")


def _asks(
    request: ClinicRequest, page: str, form: Form, hit: list[Consultation] | None = None
) -> HttpResponse:
    """The form, with the visits that the time off runs into: 409 until somebody has seen them."""
    context = {"form": form, "clinic": request.membership.clinic, "hit": hit or []}
    status = 409 if hit else 422 if form.errors else 200
    return render(request, page, context, status=status)


def _unseen(request: ClinicRequest, planned: AvailabilityException) -> list[Consultation]:
    """All that it runs into, where one of these was not on the page that was sent; else nothing."""
    hit = slots.hits(request.membership, [planned], now=timezone.now()).get(None, [])
    return hit if _is_news(request, hit) else []


def _is_news(request: ClinicRequest, hit: list[Consultation]) -> bool:
    seen = set(request.POST.getlist("seen"))
    return any(str(visit.pk) not in seen for visit in hit)


@desk
@require_POST
def withdraw_exception(request: ClinicRequest, pk: int) -> HttpResponse:
    changes = AvailabilityException.objects.visible_to(request.membership)
    change = get_object_or_404(changes, pk=pk)
    actions.withdraw_exception(exception=change)
    messages.success(request, _("That day has its usual hours again."))
    return redirect("availability")
