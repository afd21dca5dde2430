"""What pages of the house below say about visits, which they cannot ask for themselves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils import timezone

from patients.models import Patient, VisitRequest
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
