"""A patient changes or cancels a visit, and answers an offer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import PatientRequest, patient_or_carer
from accounts.home import Scope
from accounts.models import User
from scheduling.models import Consultation, WaitlistOffer
from scheduling.my_visits.free_times import free_times, is_free
from scheduling.queries import ConsultationQuerySet
from scheduling.rules.hours import Slot
from scheduling.visits.actions.book import release
from scheduling.visits.actions.book_own import bookable
from scheduling.visits.actions.change import cancel, move_back, reschedule
from scheduling.visits.actions.locks import Busy, CannotChange, MovedOn, Refused, SlotTaken
from scheduling.visits.actions.offer import accept_offer as accept_offer_action
from scheduling.visits.forms import SlotForm
from scheduling.waitlist.actions.answering import accept_offered, let_go

Reason, Answer = Consultation.Reason, WaitlistOffer.Answer


def _mine(request: PatientRequest) -> ConsultationQuerySet:
    mine = Consultation.objects.visible_to(request.patient)
    return mine.select_related(
        "patient__clinic",
        "patient__user",
        "clinician__user",
        "room",
        "visit_type",
        "waitlist_offer",
    )


def _to_come(request: PatientRequest, pk: int, now: datetime) -> Consultation | None:
    """The visit while it can still be changed; anybody else's does not exist (404)."""
    visit = get_object_or_404(_mine(request), pk=pk)
    return visit if visit.is_to_come and visit.starts > now else None


def _too_late(request: PatientRequest) -> HttpResponse:
    messages.warning(request, _("This visit has changed or begun. This is your visit now."))
    return redirect("visits")


@patient_or_carer(Scope.BOOK)
@require_http_methods(["GET", "POST"])
def cancel_my_visit(request: PatientRequest, pk: int) -> HttpResponse:
    """What happens then is said first."""
    now = timezone.now()
    visit = _to_come(request, pk, now)
    if visit is None:
        return _too_late(request)
    if request.method == "POST":
        try:
            cancel(visit=visit, reason=Reason.PATIENT_ASKED, by=request.user, now=now)
            messages.success(request, _("Your visit is cancelled."))
        except (CannotChange, Busy):
            return _too_late(request)
        return redirect("visits")
    context = {"visit": visit, "clinic": visit.patient.clinic}
    return render(request, "scheduling/my_visits/cancel_my_visit.html", context)


@patient_or_carer(Scope.BOOK)
@require_http_methods(["GET", "POST"])
def change_my_visit(request: PatientRequest, pk: int) -> HttpResponse:
    """Two weeks of free times with the same clinician; the one that is chosen is shown once more, with what
    happens to the old one, before the visit moves."""
    now = timezone.now()
    visit = _to_come(request, pk, now)
    if visit is None:
        return _too_late(request)
    form = _slot_form(request, visit)
    status, refused = (422, True) if form.errors else (200, False)
    if form.is_valid():
        slot = form.cleaned_data["slot"]
        sure = "sure" in request.POST
        if not sure and is_free(slot, visit.patient, visit.visit_type, now):
            return _ask(request, visit, slot)
        try:
            _reschedule(visit, slot if sure else None, request.user, now)
            messages.success(request, _("Your visit has a new time."))
            return redirect("visits")
        except CannotChange:
            return _too_late(request)
        except Refused:
            status, refused = 409, True
    context: dict[str, Any] = {"visit": visit, "refused": refused}
    asked, kind = request.GET.get("from"), visit.visit_type
    context |= free_times(visit.patient, kind, asked, now, clinician=visit.clinician_id)
    return render(request, "scheduling/my_visits/change_my_visit.html", context, status=status)


def _slot_form(request: PatientRequest, visit: Consultation) -> SlotForm:
    data = request.POST if request.method == "POST" else None
    return SlotForm(data, clinic=visit.patient.clinic, kind=visit.visit_type)


def _ask(request: PatientRequest, visit: Consultation, slot: Slot) -> HttpResponse:
    clinic = visit.patient.clinic
    clinician = clinic.memberships.select_related("user").get(pk=slot.clinician)
    context = {"visit": visit, "slot": slot, "clinic": clinic, "clinician": clinician}
    return render(request, "scheduling/my_visits/change_sure.html", context)


def _reschedule(visit: Consultation, slot: Slot | None, by: User, now: datetime) -> None:
    """Raises SlotTaken for a time that has passed, or come too near, while the page stood open, too; and
    for none, where the one that was pressed is not free."""
    kind = visit.visit_type
    if (
        slot is None
        or slot.starts <= now
        or (kind and not bookable(kind, slot, visit.patient, now))
    ):
        raise SlotTaken
    reschedule(visit=visit, slot=slot, by=by, now=now)


@patient_or_carer(Scope.BOOK)
@require_POST
def move_back_my_visit(request: PatientRequest, pk: int) -> HttpResponse:
    """Undo a move, for ten minutes."""
    visit = get_object_or_404(_mine(request), pk=pk)
    try:
        move_back(visit=visit, by=request.user, now=timezone.now())
        messages.success(request, _("Your visit is at its old time again."))
    except SlotTaken:
        messages.warning(request, _("Somebody else has the old time by now. This is your visit."))
    except (CannotChange, Busy):
        return _too_late(request)
    return redirect("visits")


def _offer(request: PatientRequest, pk: int) -> Consultation | None:
    """None for one that was let go since; what was never offered to this patient does not exist."""
    found = _mine(request).filter(pk=pk).first()
    if found is None and not Consultation.objects.was_offered(request.patient, pk):
        raise Http404
    return found


def _gone(request: PatientRequest) -> HttpResponse:
    context = {"clinic": request.patient.clinic}
    return render(request, "scheduling/my_visits/offer_gone.html", context, status=410)


@patient_or_carer(Scope.BOOK)
@require_POST
def accept_offer(request: PatientRequest, pk: int) -> HttpResponse:
    visit, now = _offer(request, pk), timezone.now()
    if visit is None:
        return _gone(request)
    try:
        if not visit.is_to_come:  # a second tap, another tab
            _accept(visit, request.user, now)
        messages.success(request, _("Booked. You can see it below."))
    except (MovedOn, Refused):
        messages.warning(request, offer_ended())
    return redirect("visits")


def _accept(visit: Consultation, by: User, now: datetime) -> None:
    """An offer from the waitlist may take the place of a visit that they have."""
    if hasattr(visit, "waitlist_offer"):
        accept_offered(offer=visit.waitlist_offer, by=by, now=now)
    else:
        accept_offer_action(visit=visit, by=by, now=now)


@patient_or_carer(Scope.BOOK)
@require_POST
def decline_offer(request: PatientRequest, pk: int) -> HttpResponse:
    """The time is free for others; the clinic looks for another one."""
    visit = _offer(request, pk)
    if visit is None:
        return _gone(request)
    if visit.is_to_come:
        return _too_late(request)
    if hasattr(visit, "waitlist_offer"):
        return _stay_in_line(request, visit)
    release(held=visit)
    messages.success(request, _("Thank you. We will look for another time and call you."))
    return redirect("visits")


def _stay_in_line(request: PatientRequest, visit: Consultation) -> HttpResponse:
    try:
        let_go(offer=visit.waitlist_offer, answer=Answer.LET_GO, now=timezone.now())
        words = _("Thank you. You stay in line. We will tell you about the next time that fits.")
        messages.success(request, words)
    except (MovedOn, Busy):
        messages.warning(request, offer_ended())
    return redirect("visits")


def offer_ended() -> str:
    return _("This time is no longer kept for you. That is fine: we will offer you another one.")
