"""A patient calls: find them, choose what the visit is for, choose a time, book it."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import ClinicRequest, scheduler
from patients.care_team.actions.access import note_access
from patients.finding.asked import meant
from patients.models import Patient, VisitRequest
from patients.record.sealed_search import sealed, words_of
from patients.record.selectors.patient_list import searched
from scheduling import slots
from scheduling.models import Consultation, VisitType
from scheduling.visits.actions.book import book_held, hold_for_call
from scheduling.visits.actions.locks import NotWaiting, Refused
from scheduling.visits.actions.offer import offer_held as offer_held_action
from scheduling.visits.authorisation import concerns
from scheduling.visits.choosing import (
    chosen_kind,
    moved_on,
    refusal,
    slot_form,
    status_of,
    week_of,
)
from scheduling.visits.views.times import booked

MOST_FOUND = 20
SOON = timedelta(days=14)


@scheduler
@require_http_methods(["GET", "HEAD", "POST"])
def book_by_phone(request: ClinicRequest) -> HttpResponse:
    """Who is calling? What was typed is sealed before it stands in an address."""
    if request.method == "POST":
        words = searched(request.POST.get("q", ""))
        return redirect(f"{request.path}?{urlencode({'q': sealed(words)})}")
    words = words_of(request.GET.get("q", ""))
    today = timezone.now().astimezone(request.membership.clinic.zone).date()
    visible = Patient.objects.visible_to(request.membership)
    found = visible.sought(meant(words, today)) if words else visible.none()
    shown = list(found.order_by("name_key", "pk")[: MOST_FOUND + 1])
    context = {"words": words, "patients": shown[:MOST_FOUND], "more": len(shown) > MOST_FOUND}
    return render(request, "scheduling/visits/book_by_phone.html", context)


@scheduler
@require_http_methods(["GET", "POST"])
def find_time_for(request: ClinicRequest, pk: int) -> HttpResponse:
    """What for, then when; pressing a time holds it for ten minutes."""
    patient, now = _patient(request, pk), timezone.now()
    kinds = list(VisitType.objects.of(patient.clinic).current())
    kind = chosen_kind(request, kinds, None)
    note_access(patient=patient, user=request.user, page="find_time", now=now)
    known = {"patient": patient, "clinic": patient.clinic, "kinds": kinds, "kind": kind}
    context = known | _already(request, patient)
    if kinds and kind is None:
        return render(request, "scheduling/visits/choose_type.html", context)
    form = slot_form(request, patient, kind)
    status = status_of(form)
    if form.is_valid():
        slot = form.cleaned_data["slot"]
        try:
            held = hold_for_call(patient=patient, kind=kind, slot=slot, by=request.user, now=now)
            return redirect("held_time", held.pk)
        except Refused as refused:
            status, context = 409, context | refusal(refused, patient)
    due_on = patient.clinic_date(now) + SOON
    last = Consultation.objects.last_clinician(patient, kind)
    best = slots.propose(patient, due_on=due_on, clinician=last, now=now, kind=kind)
    context |= {"form": form, "best": slots.name(patient.clinic, best)}
    context |= week_of(request, patient, kind)
    return render(request, "scheduling/visits/find_time_for.html", context, status=status)


def _already(request: ClinicRequest, patient: Patient) -> dict[str, object]:
    """What the desk should know before it books: visits ahead, and a visit that a clinician asked for."""
    ahead = Consultation.objects.visible_to(request.membership).ahead(timezone.now())
    waiting = VisitRequest.objects.visible_to(request.membership).waiting()
    related = ("clinician__user", "visit_type")
    return {
        "ahead": ahead.filter(patient=patient).select_related(*related),
        "waiting": waiting.filter(episode__patient=patient).order_by("due_on", "pk"),
    }


@scheduler
@require_http_methods(["GET", "POST"])
def held_time(request: ClinicRequest, pk: int) -> HttpResponse:
    """The time that is held for somebody on the phone: book it, offer it, let it go."""
    held, now = held_here(request, pk), timezone.now()
    if held is None:
        return _overtaken(request)
    if hasattr(held, "waitlist_offer") and held.state == held.State.HELD:
        return redirect("waitlist")
    patient = held.patient
    context = {"held": held, "patient": patient, "clinic": patient.clinic, "now": now}
    context |= {"other_times": _times_of(held), "concerns": concerns(patient, [held])}
    if request.method == "GET":
        return render(request, "scheduling/visits/held_time.html", context)
    try:
        messages.success(request, booked(book_held(held=held, by=request.user, now=now)))
        return redirect("board")
    except Refused as refused:
        context |= refusal(refused, patient)
        return render(request, "scheduling/visits/held_time.html", context, status=409)
    except NotWaiting:
        return _overtaken(request)


@scheduler
@require_POST
def offer_held(request: ClinicRequest, pk: int) -> HttpResponse:
    """Keep it for a day, for the patient to accept."""
    held = held_here(request, pk)
    if held is None:
        return _overtaken(request)
    if held.patient.user is None:
        return redirect("held_time", held.pk)
    try:
        offer_held_action(held=held, by=request.user, now=timezone.now())
        words = _("Offered. An e-mail tells %(name)s.")
        messages.success(request, words % {"name": held.patient})
    except (Refused, NotWaiting):
        return _overtaken(request)
    return redirect("board")


def _patient(request: ClinicRequest, pk: int) -> Patient:
    mine = Patient.objects.visible_to(request.membership)
    return get_object_or_404(mine.select_related("clinic", "user"), pk=pk)


def held_here(request: ClinicRequest, pk: int) -> Consultation | None:
    """None where it was let go, or booked with a request, in the meantime."""
    related = ("patient__clinic", "patient__user", "clinician__user", "room", "visit_type")
    mine = Consultation.objects.visible_to(request.membership).select_related(*related)
    found = get_object_or_404(mine, pk=pk)
    is_open = found.state == found.State.HELD or found.is_to_come
    return found if is_open and found.visit_request_id is None else None


def _times_of(held: Consultation) -> str:
    """Where to choose another time for the same."""
    kind = f"?type={held.visit_type_id}" if held.visit_type_id else ""
    return reverse("find_time_for", args=[held.patient_id]) + kind


def _overtaken(request: ClinicRequest) -> HttpResponse:
    messages.warning(request, moved_on())
    return redirect("board")
