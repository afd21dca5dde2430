"""The safety desk: whose answers wait, the shortest clock first; and one of them, with all that was tried."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import ClinicRequest, clinician
from accounts.models import Membership
from accounts.pace import never_held_back
from accounts.queries import MembershipQuerySet
from patients.care_team.actions.access import note_access
from patients.flags.actions import AlreadyClosed
from patients.flags.ownership import acknowledge
from patients.models import Flag
from patients.safety_desk.forms.desk import CallForm, OutcomeForm
from patients.safety_desk.selectors.desk import Case, cases, waiting_flags

LIST = "patients/safety_desk/safety_desk.html"


@clinician
@require_safe
def safety_desk(request: ClinicRequest) -> HttpResponse:
    now = timezone.now()
    context = {"cases": cases(waiting_flags(request.membership), now), "now": now}
    return render(request, f"{LIST}#waiting" if request.htmx else LIST, context)


def own_case(request: ClinicRequest, pk: int, now: datetime) -> Case:
    """Of a flag that holds, or held, a safety answer; others have no page here."""
    said = Flag.objects.visible_to(request.membership).filter(findings__kind="safety").distinct()
    flag = get_object_or_404(said, pk=pk)
    flags = Flag.objects.select_related("episode__patient__clinic", "owner").filter(pk=flag.pk)
    return cases(flags, now)[0]


def colleagues(request: ClinicRequest) -> MembershipQuerySet:
    working = Membership.objects.current().filter(
        clinic=request.membership.clinic, role=Membership.Role.CLINICIAN
    )
    return working.exclude(pk=request.membership.pk)


@clinician
@require_safe
def safety_case(request: ClinicRequest, pk: int) -> HttpResponse:
    return case_page(request, pk)


def case_page(request: ClinicRequest, pk: int, **forms: Any) -> HttpResponse:
    """With the form that was refused, where one was."""
    now = timezone.now()
    case = own_case(request, pk, now)
    patient = case.flag.episode.patient
    note_access(patient=patient, user=request.user, page="safety_case", now=now)
    shown = OutcomeForm(colleagues=colleagues(request), initial={"seen": case.newest})
    context = {
        "case": case,
        "flag": case.flag,
        "patient": patient,
        "age": patient.age(patient.clinic_date(now)),
        "call_form": CallForm(),
        "outcome_form": shown,
        "now": now,
        **forms,
    }
    status = 422 if forms else 200
    return render(request, "patients/safety_desk/safety_case.html", context, status=status)


@never_held_back
@clinician
@require_POST
def take_case(request: ClinicRequest, pk: int) -> HttpResponse:
    """I see to it: the next contact need not be told."""
    case = own_case(request, pk, timezone.now())
    try:
        acknowledge(flag=case.flag, by=request.user, now=timezone.now())
    except AlreadyClosed:
        messages.warning(request, _("A colleague has recorded the outcome. See below."))
    return redirect("safety_case", pk=pk)
