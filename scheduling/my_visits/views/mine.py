"""A patient's own visits."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import PatientRequest, patient_or_carer
from accounts.home import Scope
from patients.models import VisitRequest
from patients.record.current_episode import ASKED_FOR, current_episodes
from scheduling.models import Consultation, Referral, VisitType
from scheduling.queries import ConsultationQuerySet
from scheduling.referrals.selectors import ReferralStatus, referral_status_of
from scheduling.texts.drivers import texts_are_on
from scheduling.visits.actions.change import moved_from
from scheduling.visits.calendars import visit_file


@patient_or_carer(Scope.SEE, Scope.BOOK)
@require_safe
def visits(request: PatientRequest) -> HttpResponse:
    now = timezone.now()
    own = request.patient
    booked = _visits(request).select_related(
        "clinician__user", "room", "visit_type", "visit_request"
    )
    ahead = list(booked.ahead(now))
    offers = [(one, one.held_until > now) for one in booked.offers() if one.held_until]
    offered = [one.visit_request_id for one, is_kept in offers if is_kept and one.visit_request_id]
    wanted = VisitRequest.objects.visible_to(request.patient).filter(episode__patient=own)
    context = {
        "clinic": own.clinic,
        "texts_on": texts_are_on(),
        "now": now,
        "ahead": ahead,
        "prepares": _prepares(request, ahead),
        "can_go_back": {visit.pk for visit in ahead if moved_from(visit, now)},
        "books": VisitType.objects.of(own.clinic).current().filter(self_booking=True).exists(),
        "choices": sum(is_kept and one.offer_set is not None for one, is_kept in offers),
        "wanted": wanted.waiting().exclude(pk__in=offered).order_by("due_on", "pk"),
        "offers": offers,
        "referral": _referral(request, now),
        "before": booked.exclude(state=Consultation.State.HELD)
        .exclude(pk__in=[visit.pk for visit in ahead])
        .order_by("-period", "pk"),
    }
    return render(request, "scheduling/my_visits/visits.html", context)


def _prepares(request: PatientRequest, ahead: list[Consultation]) -> str:
    """Where to prepare for the next visit, booked or not: the page about its complaint, while in care."""
    asked = ahead[0].visit_request if ahead else None
    own = {episode.pk for episode in current_episodes(request)}
    if not own or (asked and asked.episode_id not in own):
        return ""
    carried = f"?{ASKED_FOR}={asked.episode_id}" if asked and len(own) > 1 else ""
    return reverse("visit_brief") + carried


def _referral(request: PatientRequest, now: datetime) -> ReferralStatus | None:
    """Where VA's referral stands; nothing for those who have none."""
    mine = Referral.objects.visible_to(request.patient)
    found = mine.open().select_related("patient__clinic").first()
    return referral_status_of(found, found.patient.clinic_date(now)) if found else None


@patient_or_carer(Scope.SEE, Scope.BOOK)
@require_safe
def visit_calendar(request: PatientRequest, pk: int) -> HttpResponse:
    """The calendar file; of a cancelled visit, the file that takes it out of the calendar."""
    related = ("patient__clinic", "patient__user", "visit_type", "room")
    visit = get_object_or_404(_visits(request).select_related(*related), pk=pk)
    return HttpResponse(
        visit_file(visit, now=timezone.now()),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="visit.ics"'},
    )


def _visits(request: PatientRequest) -> ConsultationQuerySet:
    return Consultation.objects.visible_to(request.patient)
