"""What pages of the house below say about visits, which they cannot ask for themselves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.utils import timezone
from django.utils.translation import gettext

from patients.models import Patient, VisitRequest
from patients.timeline import Day, Entry, merged
from scheduling.models import Consultation

register = template.Library()


@register.inclusion_tag("scheduling/_next_visit.html")
def next_visit(patient: Patient) -> dict[str, Any]:
    """`{% next_visit patient %}`: the patient's next visit, or that a time is being looked for."""
    coming = patient.consultations.ahead_or_offered(timezone.now())
    rows = list(coming.select_related("clinician__user", "room"))
    return {
        "visit": next((one for one in rows if one.state != one.State.HELD), None),
        "offer": next((one for one in rows if one.state == one.State.HELD), None),
        "wanted": VisitRequest.objects.waiting()
        .filter(episode__patient=patient)
        .order_by("due_on")
        .first(),
        "clinic": patient.clinic,
    }


@register.simple_tag
def next_visits(patients: Iterable[Patient | int]) -> dict[int, Consultation]:
    """`{% next_visits patients as visits %}`: the next visit of each patient, read at once."""
    ahead = Consultation.objects.ahead(timezone.now()).filter(patient__in=list(patients))
    visits = ahead.order_by("-period").select_related("patient__clinic")
    return {visit.patient_id: visit for visit in visits}


@register.inclusion_tag("scheduling/_next_visit_line.html")
def next_visit_line(patient: Patient, visits: dict[int, Consultation]) -> dict[str, Any]:
    """`{% next_visit_line patient visits %}`: one line for the clinic, from `next_visits`."""
    return {"visit": visits.get(patient.pk)}


@register.simple_tag
def with_visits(days: list[Day], patient: Patient, period: tuple[date, date]) -> list[Day]:
    """`{% with_visits days patient period as days %}`: a timeline with the patient's visits in it."""
    zone = patient.clinic.zone
    first, after = (datetime.combine(day, time(0), zone) for day in period)
    within = patient.consultations.standing().exclude(state=Consultation.State.HELD)
    visits = within.overlapping(first, after + timedelta(days=1)).select_related("clinician__user")
    return merged(days, [_entry(visit, zone) for visit in visits])


def _entry(visit: Consultation, zone: ZoneInfo) -> tuple[date, Entry]:
    starts = visit.starts.astimezone(zone)
    what = gettext("Visit with %(clinician)s") % {"clinician": visit.clinician}
    return starts.date(), Entry("visit", what, f"{starts:%H:%M}, {visit.get_state_display()}")
