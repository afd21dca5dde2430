"""Calls at the safety desk: noted, corrected, withdrawn."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import ClinicRequest, clinician
from accounts.pace import never_held_back
from patients.care_team.actions.access import note_access
from patients.models import SafetyCall
from patients.safety_desk.actions.calls import (
    NothingWaits,
    correct_call,
    note_call,
    withdraw_call,
)
from patients.safety_desk.forms.desk import CallForm
from patients.safety_desk.views.desk import case_page, own_case


@never_held_back
@clinician
@require_POST
def note_safety_call(request: ClinicRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    flag, form = own_case(request, pk, now).flag, CallForm(request.POST)
    if not form.is_valid():
        return case_page(request, pk, call_form=form)
    try:
        note_call(flag=flag, by=request.user, now=now, **form.cleaned_data)
    except NothingWaits:
        messages.warning(request, _("A colleague has recorded the outcome. See below."))
    else:
        messages.success(request, _("The call is noted."))
    return redirect("safety_case", pk=pk)


def _call(request: ClinicRequest, pk: int) -> SafetyCall:
    calls = SafetyCall.objects.visible_to(request.membership).not_withdrawn()
    return get_object_or_404(calls.select_related("episode__patient__clinic"), pk=pk)


def _back(call: SafetyCall) -> HttpResponse:
    """To the newest flag of that complaint that holds or held an answer."""
    said = call.episode.flags.filter(findings__kind="safety", shadow=False)
    return redirect("safety_case", pk=said.latest("pk").pk)


@never_held_back
@clinician
@require_http_methods(["GET", "POST"])
def correct_safety_call(request: ClinicRequest, pk: int) -> HttpResponse:
    call = _call(request, pk)
    form = CallForm(request.POST or None, initial={"result": call.result, "note": call.note})
    if form.is_valid():
        correct_call(call=call, by=request.user, **form.cleaned_data)
        messages.success(request, _("Corrected. The earlier entry stays to be read."))
        return _back(call)
    patient = call.episode.patient
    note_access(patient=patient, user=request.user, page="safety_call", now=timezone.now())
    context = {"call": call, "patient": patient, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "patients/safety_desk/correct_call.html", context, status=status)


@never_held_back
@clinician
@require_POST
def withdraw_safety_call(request: ClinicRequest, pk: int) -> HttpResponse:
    call = _call(request, pk)
    withdraw_call(call=call, by=request.user, now=timezone.now())
    messages.success(request, _("Withdrawn. It stays to be read."))
    return _back(call)
