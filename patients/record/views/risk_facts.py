"""A patient's risk facts with their history, and changed by a clinician."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import ClinicRequest, clinician
from patients.care_team.actions.access import note_access
from patients.flags.forms import RiskFactsForm
from patients.flags.risk_facts import keep_risk_facts
from patients.models import ClinicProtocol, Patient, RiskFactAnswer
from patients.record.selectors.risk_facts import facts_with_history


@clinician
@require_http_methods(["GET", "POST"])
def risk_facts(request: ClinicRequest, pk: int) -> HttpResponse:
    patients = Patient.objects.visible_to(request.membership).select_related("clinic")
    patient, now = get_object_or_404(patients, pk=pk), timezone.now()
    protocol = ClinicProtocol.objects.in_use(patient.clinic, now)
    data = request.POST if request.method == "POST" else None
    form = RiskFactsForm(data, protocol=protocol, patient=patient)
    if form.is_valid():
        keep_risk_facts(patient=patient, asked=form.asked, true=form.true, by=request.user, now=now)
        messages.success(request, _("Saved. What stood there before stays to be read."))
        return redirect("risk_facts", pk=pk)
    note_access(patient=patient, user=request.user, page="risk_facts", now=now)
    known = RiskFactAnswer.objects.visible_to(request.membership).filter(patient=patient)
    context = {"patient": patient, "form": form, "told": facts_with_history(known)}
    status = 422 if form.is_bound else 200
    return render(request, "patients/record/risk_facts.html", context, status=status)
