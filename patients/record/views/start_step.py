"""Start a tier in a complaint where none runs: reopened, under watch, or between two."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import ClinicRequest, clinician
from patients.models import ClinicProtocol, Episode
from patients.record.actions.reopen import NoStepFits, begin_step
from patients.record.actions.trials import TrialStart
from patients.record.forms.care import StepForm


@clinician
@require_http_methods(["GET", "POST"])
def start_step(request: ClinicRequest, pk: int) -> HttpResponse:
    visible = Episode.objects.visible_to(request.membership)
    episode = get_object_or_404(visible.select_related("patient__clinic", "condition"), pk=pk)
    patient, now = episode.patient, timezone.now()
    form = StepForm(
        request.POST or None, protocol=ClinicProtocol.objects.in_use(patient.clinic, now)
    )
    if not visible.without_step().filter(pk=pk).exists():
        return _not_here(request, patient.pk)
    if form.is_valid():
        start = TrialStart(started_on=patient.clinic_date(now), **form.cleaned_data)
        try:
            begin_step(episode=episode, start=start, by=request.user, now=now)
        except NoStepFits:
            return _not_here(request, patient.pk)
        messages.success(request, _("The tier has started."))
        return redirect("record", pk=patient.pk)
    context = {"form": form, "episode": episode, "patient": patient}
    status = 422 if form.errors else 200
    return render(request, "patients/record/start_step.html", context, status=status)


def _not_here(request: ClinicRequest, patient: int) -> HttpResponse:
    messages.warning(request, _("No tier can start: one is running, or the complaint is closed."))
    return redirect("record", pk=patient)
