"""A patient's record by day: twelve weeks a page, a year where one kind alone is asked for."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import ClinicRequest, clinician
from patients.bounds import HAPPENED
from patients.care_team.actions.access import note_access
from patients.models import Patient
from patients.record.timeline import Timeline, What, timeline_of

PAGE = timedelta(weeks=12)
SPARSE = timedelta(weeks=52)


@clinician
@require_safe
def timeline(request: ClinicRequest, pk: int) -> HttpResponse:
    patients = Patient.objects.visible_to(request.membership).select_related("clinic")
    patient, now = get_object_or_404(patients, pk=pk), timezone.now()
    note_access(patient=patient, user=request.user, page="timeline", now=now)
    today, only = patient.clinic_date(now), _kind(request.GET.get("kind", ""))
    last = _last_day(request.GET.get("until", ""), today)
    length = PAGE if only in ("", What.LOG) else SPARSE
    asked = Timeline(patient, (last - length + timedelta(days=1), last), only, last == today)
    context = {
        "patient": patient,
        "timeline": timeline_of(asked),
        "kinds": What.choices,
        "today": today,
        "later": min(last + length, today),
    }
    return render(request, "patients/record/timeline.html", context)


def _kind(words: str) -> str:
    return words if words in What.values else ""


def _last_day(words: str, today: date) -> date:
    try:
        return max(min(date.fromisoformat(words), today), HAPPENED.first)
    except ValueError:
        return today
