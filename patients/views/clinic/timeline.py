"""A patient's record by day, twelve weeks a page."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import ClinicRequest, clinician
from patients import actions
from patients.models import Patient
from patients.timeline import Timeline

PAGE = timedelta(days=84)


@clinician
@require_safe
def timeline(request: ClinicRequest, pk: int) -> HttpResponse:
    patients = Patient.objects.visible_to(request.user).select_related("clinic")
    patient, now = get_object_or_404(patients, pk=pk), timezone.now()
    actions.note_access(patient=patient, user=request.user, page="timeline", now=now)
    last = _last_day(request.GET.get("until", ""), patient.clinic_date(now))
    period = (last - PAGE + timedelta(days=1), last)
    context = {
        "patient": patient,
        "days": Timeline(patient, request.user, period).days(),
        "period": period,
        "earlier": period[0] - timedelta(days=1),
        "is_latest": last == patient.clinic_date(now),
    }
    return render(request, "clinic/timeline.html", context)


def _last_day(words: str, today: date) -> date:
    try:
        return max(min(date.fromisoformat(words), today), date(1900, 1, 1) + PAGE)
    except ValueError:
        return today
