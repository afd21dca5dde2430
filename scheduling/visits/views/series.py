"""Several visits at once: each is shown with its conflict before anything is saved."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import ClinicRequest, scheduler
from scheduling.models import Consultation
from scheduling.visits.actions.locks import Busy, NotWaiting, Refused
from scheduling.visits.actions.series import book_all
from scheduling.visits.choosing import moved_on
from scheduling.visits.planning import planned_series
from scheduling.visits.series_forms import ChosenTimesForm, SeriesForm
from scheduling.visits.views.by_phone import held_here

PAGE = "scheduling/visits/book_series.html"


@scheduler
@require_http_methods(["GET", "POST"])
def book_series(request: ClinicRequest, pk: int) -> HttpResponse:
    """From a time that is held; GET plans, POST books the times that were ticked."""
    held = held_here(request, pk)
    if held is None or held.state != held.State.HELD or hasattr(held, "waitlist_offer"):
        return _overtaken(request)
    if request.method == "GET":
        return _page(request, held, {}, status=200)
    form = ChosenTimesForm(
        request.POST,
        clinic=held.patient.clinic,
        clinician=held.clinician_id,
        kind=held.visit_type,
        own=held.slot,
    )
    if not form.is_valid():
        return _page(request, held, {"form": form}, status=422)
    try:
        times = form.cleaned_data["slots"]
        made = book_all(held=held, slots=times, by=request.user, now=timezone.now())
    except Refused as refused:
        return _page(request, held, {"refusal": _words(refused)}, status=409)
    except NotWaiting:
        return _overtaken(request)
    words = _("Booked: %(count)s visits of %(name)s.")
    messages.success(request, words % {"count": len(made), "name": held.patient})
    return redirect("board")


def _page(
    request: ClinicRequest, held: Consultation, more: dict[str, Any], *, status: int
) -> HttpResponse:
    asked = SeriesForm(request.GET if "times" in request.GET else {"times": 6, "every": 1})
    how = asked.cleaned_data if asked.is_valid() else {"times": 6, "every": 1}
    plan = planned_series(held, now=timezone.now(), **how)
    context = {
        "held": held,
        "patient": held.patient,
        "clinic": held.patient.clinic,
        "asked": asked,
        "plan": plan,
        "conflicts": sum(session.slot is None for session in plan),
    }
    return render(request, PAGE, context | more, status=status)


def _words(refused: Refused) -> str:
    if isinstance(refused, Busy):
        return _("Somebody else is booking just now. Nothing was booked: please try again.")
    return _("One of these times has just been taken. Nothing was booked: look again below.")


def _overtaken(request: ClinicRequest) -> HttpResponse:
    messages.warning(request, moved_on())
    return redirect("board")
