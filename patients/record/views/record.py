"""The clinic's patients: found, registered, put on their first tier."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import ClinicRequest, administrator, clinician
from patients.care_team.actions.access import note_access
from patients.models import (
    CareTeamMember,
    ClinicProtocol,
    Episode,
    Flag,
    FunctionScore,
    Intake,
    Patient,
    TierTrial,
)
from patients.record.actions.register import (
    EpisodeOpen,
    NumberTaken,
    ZoneUnknown,
    invite_patient,
    register_patient,
)
from patients.record.actions.register import start_care as start_care_action
from patients.record.forms.care import CareForm, RegisterForm
from patients.record.selectors.doubles import keys_of, not_compared
from patients.record.selectors.evidence import chart_of
from patients.review.selectors.set_apart import not_reviewed


@administrator
@require_http_methods(["GET", "POST"])
def register(request: ClinicRequest) -> HttpResponse:
    now, home = timezone.now(), request.membership.clinic
    today = now.astimezone(home.zone).date()
    patients = Patient.objects.visible_to(request.membership)
    form = RegisterForm(request.POST or None, today=today, patients=patients)
    if form.is_valid():
        visible = Patient.objects.visible_to(request.membership)
        if doubles := not_compared(visible, form.cleaned_data, request.POST.get("compared", "")):
            context = {"form": form, "doubles": doubles, "compared": keys_of(doubles)}
            return render(request, "patients/record/register.html", context, status=422)
        try:
            patient = register_patient(clinic=home, by=request.user, now=now, **form.cleaned_data)
        except NumberTaken:
            form.say_number_taken()
        except ZoneUnknown:
            form.say_clinics_zone_is_unknown()
        else:
            return _registered(request, patient, now)
    status = 422 if form.is_bound else 200
    return render(request, "patients/record/register.html", {"form": form}, status=status)


def _registered(request: ClinicRequest, patient: Patient, now: datetime) -> HttpResponse:
    invite_patient(patient=patient, by=request.user, now=now)
    messages.success(request, _("Registered. The invitation is on its way."))
    if patient.clinic.care_team_only:
        return redirect("care_team", pk=patient.pk)
    return redirect("patient_list")


@clinician
def record(request: ClinicRequest, pk: int) -> HttpResponse:
    patients = Patient.objects.visible_to(request.membership).select_related("clinic")
    patient, now = get_object_or_404(patients, pk=pk), timezone.now()
    note_access(patient=patient, user=request.user, page="record", now=now)
    today = patient.clinic_date(now)
    episodes = Episode.objects.visible_to(request.membership).filter(patient=patient)
    context = {
        "patient": patient,
        "age": patient.age(today),
        "team": CareTeamMember.objects.current(now)
        .filter(patient=patient)
        .select_related("membership__user")
        .order_by("since", "pk"),
        "is_treated": Patient.objects.treated_by(request.membership, now).filter(pk=pk).exists(),
        "is_set_apart": not_reviewed(patients.filter(pk=pk)).exists(),
        "episodes": [
            (episode, chart_of(episode, today))
            for episode in episodes.select_related("condition", "patient__clinic").order_by(
                "-opened_on"
            )
        ],
        "stepless": set(episodes.without_step().values_list("pk", flat=True)),
        "trials": TierTrial.objects.visible_to(request.membership)
        .filter(episode__patient=patient)
        .select_related("tier")
        .order_by("-started_on"),
        "scores": FunctionScore.objects.visible_to(request.membership)
        .filter(episode__patient=patient)
        .select_related("instrument")
        .order_by("-local_date", "-pk")[:12],
        "flags": Flag.objects.visible_to(request.membership)
        .filter(episode__patient=patient)
        .order_by("-opened_at"),
    }
    return render(request, "patients/record/record.html", context)


@clinician
@require_http_methods(["GET", "POST"])
def start_care(request: ClinicRequest, pk: int) -> HttpResponse:
    patients = Patient.objects.visible_to(request.membership).select_related("clinic")
    patient, now = get_object_or_404(patients, pk=pk), timezone.now()
    intake = Intake.objects.visible_to(request.membership).unreviewed()
    if running := intake.filter(episode__patient=patient).first():
        return redirect("intake_review", pk=running.pk)
    protocol = ClinicProtocol.objects.in_use(patient.clinic, now)
    today = patient.clinic_date(now)
    born = patient.birth_date
    form = CareForm(request.POST or None, protocol=protocol, born=born, today=today)
    if form.is_valid():
        try:
            start_care_action(patient=patient, by=request.user, now=now, **form.cleaned_data)
        except EpisodeOpen:
            form.add_error("region", _("There is an open complaint of this region. Use that one."))
        else:
            messages.success(request, _("Care has started."))
            return redirect("record", pk=patient.pk)
    status = 422 if form.errors else 200
    return render(
        request,
        "patients/record/start_care.html",
        {"form": form, "patient": patient},
        status=status,
    )
