"""The clinic's visit types: a list, a form to add one or to correct it, retire and bring back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import ClinicRequest, desk
from scheduling.models import VisitType
from scheduling.queries import VisitTypeQuerySet
from scheduling.visit_types import actions
from scheduling.visit_types.forms import VisitTypeForm
from scheduling.visit_types.selectors import rows


def _types(request: ClinicRequest) -> VisitTypeQuerySet:
    return VisitType.objects.visible_to(request.membership)


@desk
@require_safe
def visit_types(request: ClinicRequest) -> HttpResponse:
    context = {
        "rows": rows(request.membership.clinic, _types(request).current()),
        "retired": _types(request).exclude(retired_at=None).order_by("-retired_at", "pk"),
    }
    return render(request, "scheduling/visit_types/visit_types.html", context)


@desk
@require_http_methods(["GET", "POST"])
def add_visit_type(request: ClinicRequest) -> HttpResponse:
    clinic = request.membership.clinic
    form = VisitTypeForm(request.POST if request.method == "POST" else None, clinic=clinic)
    if form.is_valid():
        try:
            actions.add_visit_type(clinic=clinic, **form.values)
            messages.success(request, _("The visit type is added."))
            return redirect("visit_types")
        except actions.NameTaken:
            form.add_error("name", _name_taken())
    return _form(request, form)


@desk
@require_http_methods(["GET", "POST"])
def correct_visit_type(request: ClinicRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(_types(request), pk=pk)
    if found.retired_at:
        messages.warning(request, _("This type is retired. Bring it back to correct it."))
        return redirect("visit_types")
    data = request.POST if request.method == "POST" else None
    form = VisitTypeForm(data, clinic=request.membership.clinic, of=found)
    if form.is_valid():
        try:
            actions.correct_visit_type(visit_type=found, seen=_seen(request), **form.values)
            messages.success(request, _("Corrected, for visits that are booked from now on."))
            return redirect("visit_types")
        except actions.NameTaken:
            form.add_error("name", _name_taken())
        except actions.TypeChanged:
            return _form(request, form, status=409)
    return _form(request, form)


@desk
@require_POST
def retire_visit_type(request: ClinicRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(_types(request), pk=pk)
    actions.retire_visit_type(visit_type=found, by=request.user, now=timezone.now())
    words = _("“%(name)s” is retired. Visits that are booked stay booked.")
    messages.success(request, words % {"name": found})
    return redirect("visit_types")


@desk
@require_POST
def bring_back_visit_type(request: ClinicRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(_types(request), pk=pk)
    try:
        actions.bring_back(visit_type=found)
        messages.success(request, _("“%(name)s” can be booked again.") % {"name": found})
    except actions.NameTaken:
        messages.warning(request, _name_taken())
    return redirect("visit_types")


def _form(request: ClinicRequest, form: VisitTypeForm, *, status: int = 0) -> HttpResponse:
    """With 409 the page says what a colleague saved, and asks again."""
    context = {"form": form, "of": form.of, "is_stale": status == 409}
    status = status or (422 if form.errors else 200)
    return render(request, "scheduling/visit_types/visit_type.html", context, status=status)


def _seen(request: ClinicRequest) -> int:
    seen = request.POST.get("seen", "")
    return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else -1


def _name_taken() -> str:
    return _("Another visit type has this name. Choose a different one.")
