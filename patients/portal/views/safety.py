"""All safety questions at once, and what to do now in the same response."""

from __future__ import annotations

from uuid import uuid4

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts import resume_form
from accounts.access import PatientRequest, patient_or_carer
from accounts.home import Scope
from accounts.pace import never_held_back
from patients.flags.advice import advice_on_form
from patients.flags.questions import last_injection
from patients.flags.safety_answers import answer_safety
from patients.models import ClinicProtocol, Episode
from patients.portal.forms.safety import SafetyForm
from patients.record.current_episode import with_episode


@never_held_back
@patient_or_carer(Scope.LOG)
@require_http_methods(["GET", "POST"])
@with_episode
def safety(request: PatientRequest, episode: Episode) -> HttpResponse:
    now = timezone.now()
    clinic = episode.patient.clinic
    form = SafetyForm(
        request.POST if request.method == "POST" else resume_form.take(request),
        initial={"submission_id": uuid4(), resume_form.FIELD: resume_form.seal(request.patient)},
        protocol=ClinicProtocol.objects.in_use(clinic, now),
        about=episode.region,
        after_injection=last_injection(episode, episode.patient.local_date(now)) is not None,
    )
    if request.method == "POST" and form.is_valid():
        answer_safety(
            episode=episode,
            yes_to=form.alarmed,
            no_to=form.denied,
            submission_id=form.cleaned_data["submission_id"],
            by=request.user,
            now=now,
        )
        sent = form.cleaned_data["submission_id"]
        page = {"advice": advice_on_form(request.patient, sent, now)}
        return render(request, "patients/portal/safety_done.html", page)
    status = 422 if request.method == "POST" else 200
    return render(request, "patients/portal/safety.html", {"form": form}, status=status)
