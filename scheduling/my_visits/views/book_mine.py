"""A patient books a visit of a type that patients may book themselves: what for, when, sure?"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import PatientRequest, patient_or_carer
from accounts.home import Scope
from scheduling.models import Consultation, VisitType
from scheduling.my_visits.free_times import free_times, is_free
from scheduling.queries import TO_COME, VisitTypeQuerySet
from scheduling.rules.hours import Slot
from scheduling.visits.actions.book_own import HasOne, NotForPatients, book_own
from scheduling.visits.actions.locks import Refused, SlotTaken
from scheduling.visits.forms import SlotForm


def _kinds(request: PatientRequest) -> VisitTypeQuerySet:
    return VisitType.objects.of(request.patient.clinic).current().filter(self_booking=True)


@patient_or_carer(Scope.BOOK)
@require_safe
def book_a_visit(request: PatientRequest) -> HttpResponse:
    """What the visit is for; of a type that they have to come, the visit instead."""
    mine = Consultation.objects.visible_to(request.patient).ahead(timezone.now())
    has = {visit.visit_type_id: visit for visit in mine.filter(state__in=TO_COME)}
    context = {
        "clinic": request.patient.clinic,
        "kinds": [(kind, has.get(kind.pk)) for kind in _kinds(request).select_related("clinic")],
    }
    return render(request, "scheduling/my_visits/book_a_visit.html", context)


@patient_or_carer(Scope.BOOK)
@require_http_methods(["GET", "POST"])
def book_my_visit(request: PatientRequest, pk: int) -> HttpResponse:
    """Two weeks of free times; the one that is chosen is shown once more before it is booked."""
    kind = get_object_or_404(_kinds(request).select_related("clinic"), pk=pk)
    now, context = timezone.now(), dict[str, Any]()
    status, form = 200, _form(request, kind)
    if form is not None and form.is_valid():
        slot = form.cleaned_data["slot"]
        sure = "sure" in request.POST
        if not sure and is_free(slot, request.patient, kind, now):
            return _ask(request, kind, slot)
        try:
            _book(request, kind, slot if sure else None, now)
            messages.success(request, _("Booked. You can see it below."))
            return redirect("visits")
        except (HasOne, NotForPatients):
            messages.warning(request, _("You have a visit of this kind already. You can move it."))
            return redirect("visits")
        except Refused:
            status, context = 409, {"refused": True}
    elif form is not None:
        status, context = 422, {"refused": True}
    context |= {"kind": kind} | _times(request, kind, now)
    return render(request, "scheduling/my_visits/book_my_visit.html", context, status=status)


def _book(request: PatientRequest, kind: VisitType, slot: Slot | None, now: datetime) -> None:
    """Raises as book_own does; SlotTaken for none, where the one that was pressed is not free."""
    if slot is None:
        raise SlotTaken
    book_own(patient=request.patient, kind=kind, slot=slot, by=request.user, now=now)


def _form(request: PatientRequest, kind: VisitType) -> SlotForm | None:
    if request.method != "POST":
        return None
    return SlotForm(request.POST, clinic=request.patient.clinic, kind=kind)


def _ask(request: PatientRequest, kind: VisitType, slot: Slot) -> HttpResponse:
    members = request.patient.clinic.memberships.select_related("user")
    context = {
        "kind": kind,
        "slot": slot,
        "clinic": request.patient.clinic,
        "clinician": members.get(pk=slot.clinician),
    }
    return render(request, "scheduling/my_visits/book_sure.html", context)


def _times(request: PatientRequest, kind: VisitType, now: datetime) -> dict[str, Any]:
    return free_times(request.patient, kind, request.GET.get("from"), now)
