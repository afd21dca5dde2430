"""What stands for years, as the patient told it; told anew here."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import PatientRequest, patient_or_carer
from accounts.home import Scope
from accounts.pace import never_held_back
from patients.flags.forms import RiskFactsForm
from patients.flags.risk_facts import keep_risk_facts
from patients.models import ClinicProtocol


@never_held_back
@patient_or_carer(Scope.SEE | Scope.LOG)
@require_http_methods(["GET", "POST"])
def my_risk_facts(request: PatientRequest) -> HttpResponse:
    own, now = request.patient, timezone.now()
    protocol = ClinicProtocol.objects.in_use(own.clinic, now)
    data = request.POST if request.method == "POST" else None
    form = RiskFactsForm(data, protocol=protocol, patient=own)
    if form.is_valid():
        keep_risk_facts(patient=own, asked=form.asked, true=form.true, by=request.user, now=now)
        messages.success(request, _("Saved. Your care team sees it, too."))
        return redirect("home" if own.carer else "my_data")
    status = 422 if form.is_bound else 200
    return render(request, "patients/portal/my_risk_facts.html", {"form": form}, status=status)
