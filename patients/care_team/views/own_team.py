"""Clinicians manage the care teams of the patients whom they treat."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import ClinicRequest, clinician
from patients.care_team.actions.care_team import LastOnTeam, take_off_team
from patients.care_team.views.care_team import team_page
from patients.models import CareTeamMember, Patient


@clinician
@require_http_methods(["GET", "POST"])
def own_team(request: ClinicRequest, pk: int) -> HttpResponse:
    """Not for a record opened in an emergency: a few hours of access give no right to the team."""
    patients = Patient.objects.treated_by(request.membership, timezone.now()).select_related(
        "clinic"
    )
    return team_page(request, get_object_or_404(patients, pk=pk), leave="leave_own_team")


@clinician
@require_POST
def leave_own_team(request: ClinicRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    treated = Patient.objects.treated_by(request.membership, now)
    members = CareTeamMember.objects.filter(patient__in=treated).select_related("membership__user")
    member = get_object_or_404(members, pk=pk)
    try:
        take_off_team(member=member, by=request.user, now=now)
    except LastOnTeam:
        messages.warning(request, _("Add somebody else first: nobody would see this patient."))
    else:
        messages.success(request, _("%(name)s is no longer on the care team.") % {"name": member})
    if treated.filter(pk=member.patient_id).exists():
        return redirect("own_team", pk=member.patient_id)
    return redirect("patient_list")
