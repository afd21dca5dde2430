"""From a visit request to a booked visit: choose a time, which is held, and book it."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import ClinicRequest, scheduler
from patients.care_team.actions.access import note_access
from patients.models import VisitRequest
from scheduling import slots
from scheduling.models import Consultation, VisitType
from scheduling.visit_types.selectors import kind_for
from scheduling.visits.actions.book import book as book_action
from scheduling.visits.actions.book import hold
from scheduling.visits.actions.locks import NotWaiting, Refused
from scheduling.visits.actions.offer import offer as offer_action
from scheduling.visits.authorisation import concerns
from scheduling.visits.choosing import chosen_kind, moved_on, refusal, slot_form, status_of, week_of


@scheduler
@require_http_methods(["GET", "POST"])
def find_time(request: ClinicRequest, pk: int) -> HttpResponse:
    """The best three and a week of times; pressing one holds it for ten minutes."""
    wanted = _request(request, pk)
    patient, now = wanted.episode.patient, timezone.now()
    kinds = list(VisitType.objects.of(patient.clinic).current())
    kind = chosen_kind(request, kinds, kind_for(wanted, kinds))
    form = slot_form(request, patient, kind)
    context = {"wanted": wanted, "form": form, "kinds": kinds}
    status = status_of(form)
    if form.is_valid():
        slot = form.cleaned_data["slot"]
        try:
            hold(request=wanted, slot=slot, by=request.user, now=now, kind=kind)
            return redirect("book", wanted.pk)
        except Refused as refused:
            status, context = 409, context | refusal(refused, patient)
        except NotWaiting:
            return _overtaken(request)
    note_access(patient=patient, user=request.user, page="find_time", now=now)
    best = slots.name(patient.clinic, slots.best_for(wanted, now=now, kind=kind))
    context |= week_of(request, patient, kind) | {"best": best}
    return render(request, "scheduling/visits/find_time.html", context, status=status)


@scheduler
@require_http_methods(["GET", "POST"])
def book(request: ClinicRequest, pk: int) -> HttpResponse:
    """Book the time that is held, or the one that was pressed."""
    wanted = _request(request, pk)
    patient, now = wanted.episode.patient, timezone.now()
    held, kind = _held(wanted, now)
    form = slot_form(request, patient, kind)
    context = {"wanted": wanted, "patient": patient, "clinic": patient.clinic, "form": form}
    status = status_of(form)
    if form.is_valid():
        slot = form.cleaned_data["slot"]
        try:
            visit = book_action(request=wanted, slot=slot, by=request.user, now=now, kind=kind)
            messages.success(request, booked(visit))
            return redirect("board")
        except Refused as refused:
            status, context = 409, context | refusal(refused, patient)
        except NotWaiting:
            return _overtaken(request)
    if held is not None:
        context["concerns"] = concerns(patient, [held])
    if status == 200 and held is None:
        return redirect("find_time", wanted.pk)
    return render(request, "scheduling/visits/book.html", context | {"held": held}, status=status)


@scheduler
@require_POST
def offer(request: ClinicRequest, pk: int) -> HttpResponse:
    """Keep the time that is held for a day, for the patient to accept."""
    wanted, now = _request(request, pk), timezone.now()
    patient = wanted.episode.patient
    _visit, kind = _held(wanted, now)
    form = slot_form(request, patient, kind)
    if patient.user is None or not form.is_valid():
        return redirect("find_time", wanted.pk)
    try:
        slot = form.cleaned_data["slot"]
        offer_action(request=wanted, slot=slot, by=request.user, now=now, kind=kind)
        messages.success(request, _("Offered. An e-mail tells %(name)s.") % {"name": patient})
    except (Refused, NotWaiting):
        return _overtaken(request)
    return redirect("board")


def _held(wanted: VisitRequest, now: datetime) -> tuple[Consultation | None, VisitType | None]:
    """The time that is held or booked for it, unless the hold has run out; and of which type."""
    related = ("clinician__user", "room", "visit_type")
    found = wanted.consultations.not_cancelled().select_related(*related).first()
    if found is None:
        return None, kind_for(wanted, VisitType.objects.of(wanted.episode.patient.clinic).current())
    has_lapsed = found.held_until is not None and found.held_until <= now
    return None if has_lapsed else found, found.visit_type


def booked(visit: Consultation) -> str:
    """Whether the patient hears of it, or has to be called."""
    if visit.patient.user:
        return _("Booked. An e-mail asks %(name)s to sign in and look.") % {"name": visit.patient}
    return _("Booked. %(name)s has no account: please call %(phone)s.") % {
        "name": visit.patient,
        "phone": visit.patient.phone or _("(no number on record)"),
    }


def _request(request: ClinicRequest, pk: int) -> VisitRequest:
    requests = VisitRequest.objects.visible_to(request.membership).select_related(
        "episode__patient__clinic", "episode__patient__user", "decision"
    )
    return get_object_or_404(requests, pk=pk)


def _overtaken(request: ClinicRequest) -> HttpResponse:
    messages.warning(request, moved_on())
    return redirect("board")
