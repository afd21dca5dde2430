"""A patient changes or cancels a visit, and answers an offer."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import PatientRequest, patient
from accounts.models import User
from scheduling import slots as diary
from scheduling.models import Consultation, WaitlistOffer
from scheduling.queries import ConsultationQuerySet
from scheduling.rules.hours import Slot
from scheduling.visits.actions.book import release
from scheduling.visits.actions.change import cancel, reschedule
from scheduling.visits.actions.locks import Busy, CannotChange, MovedOn, Refused, SlotTaken
from scheduling.visits.actions.offer import accept_offer as accept_offer_action
from scheduling.visits.forms import SlotForm
from scheduling.waitlist.actions.answering import accept_offered, let_go

Reason, Answer = Consultation.Reason, WaitlistOffer.Answer
DAYS_SHOWN = timedelta(days=13)


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


@patient
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


@patient
@require_http_methods(["GET", "POST"])
def change_my_visit(request: PatientRequest, pk: int) -> HttpResponse:
    """Two weeks of free times with the same clinician; pressing one moves the visit."""
    now = timezone.now()
    visit = _to_come(request, pk, now)
    if visit is None:
        return _too_late(request)
    clinic = visit.patient.clinic
    data, kind = request.POST if request.method == "POST" else None, visit.visit_type
    form = SlotForm(data, clinic=clinic, kind=kind)
    context: dict[str, Any] = {"visit": visit, "clinic": clinic, "refused": bool(form.errors)}
    status = 422 if form.errors else 200
    if form.is_valid():
        try:
            _reschedule(visit, form.cleaned_data["slot"], request.user, now)
            messages.success(request, _("Your visit has a new time."))
            return redirect("visits")
        except CannotChange:
            return _too_late(request)
        except Refused:
            status, context = 409, context | {"refused": True}
    context |= _free(visit, request.GET.get("from"), now)
    return render(request, "scheduling/my_visits/change_my_visit.html", context, status=status)


def _reschedule(visit: Consultation, slot: Slot, by: User, now: datetime) -> None:
    """Raises SlotTaken for a time that has passed, or come too near, while the page stood open, too."""
    if slot.starts <= _soonest(visit, now):
        raise SlotTaken
    reschedule(visit=visit, slot=slot, by=by, now=now)


def _soonest(visit: Consultation, now: datetime) -> datetime:
    """After which moment patients may take a time themselves."""
    return now + visit.visit_type.notice if visit.visit_type else now


def _free(visit: Consultation, asked: str | None, now: datetime) -> dict[str, Any]:
    """The free times by day from the day asked for, and where to look further."""
    today = visit.patient.clinic_date(now)
    first = _day(asked, today)
    kind, soonest = visit.visit_type, _soonest(visit, now)
    found = diary.free_between(visit.patient, first, first + DAYS_SHOWN, now=now, kind=kind)
    slots = [slot for slot in found if slot.starts > soonest and _near_enough(slot, visit, today)]
    same = [slot for slot in slots if slot.clinician == visit.clinician_id]
    zone = visit.patient.clinic.zone
    offers = diary.name(visit.patient.clinic, same or slots)
    return {
        "days": [
            (day, list(offers)) for day, offers in groupby(offers, lambda one: one.slot.day(zone))
        ],
        "others": bool(slots) and not same,
        "earlier": max(today, first - DAYS_SHOWN - date.resolution) if first > today else None,
        "later": first + DAYS_SHOWN + date.resolution,
    }


def _near_enough(slot: Slot, visit: Consultation, today: date) -> bool:
    kind, day = visit.visit_type, slot.day(visit.patient.clinic.zone)
    return kind is None or day <= today + timedelta(days=kind.ahead_days)


def _day(asked: str | None, today: date) -> date:
    try:
        day = date.fromisoformat(asked or "")
    except ValueError:
        return today
    return min(max(day, today), today + timedelta(days=364))


def _offer(request: PatientRequest, pk: int) -> Consultation | None:
    """None for one that was let go since; what was never offered to this patient does not exist."""
    found = _mine(request).filter(pk=pk).first()
    if found is None and not Consultation.objects.was_offered(request.patient, pk):
        raise Http404
    return found


def _gone(request: PatientRequest) -> HttpResponse:
    context = {"clinic": request.patient.clinic}
    return render(request, "scheduling/my_visits/offer_gone.html", context, status=410)


@patient
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


@patient
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
