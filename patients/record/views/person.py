"""Who a patient is, and how they come in: for whoever works in the clinic and sees the patient."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import ClinicRequest, administrator, clinic
from patients.care_team.actions.access import note_access
from patients.models import IdentityCheck, Patient
from patients.record.actions.person import HasRecord, correct_person, has_record
from patients.record.actions.person import withdraw_registration as withdraw_action
from patients.record.actions.register import NumberTaken
from patients.record.actions.way_in import NoAccount, give_new_way_in
from patients.record.forms.person import PersonForm, WayInForm, WithdrawForm
from patients.record.selectors.person_history import corrections


def _patient(request: ClinicRequest, pk: int) -> Patient:
    patients = Patient.objects.visible_to(request.membership)
    return get_object_or_404(patients.select_related("clinic", "user", "invitation"), pk=pk)


@clinic
@require_http_methods(["GET", "POST"])
def person(request: ClinicRequest, pk: int) -> HttpResponse:
    patient, now = _patient(request, pk), timezone.now()
    form = PersonForm(
        request.POST or None,
        instance=_patient(request, pk),
        patients=Patient.objects.visible_to(request.membership).exclude(pk=pk),
        today=patient.clinic_date(now),
    )
    if form.is_valid() and _corrected(request, patient, form, now):
        return redirect("person", pk)
    note_access(patient=patient, user=request.user, page="person", now=now)
    context = {
        "patient": patient,
        "form": form,
        "corrections": corrections(patient),
        "now": now,
        "checks": IdentityCheck.objects.visible_to(request.membership)
        .filter(patient=patient)
        .select_related("checked_by")
        .order_by("-checked_at", "-pk"),
        "helpers": [
            one
            for one in patient.carers.current(now).select_related("user", "patient__clinic")
            if one.is_current(now)
        ],
        "may_withdraw": request.membership.role == "administrator" and not has_record(patient),
    }
    status = 422 if form.errors else 200
    return render(request, "patients/record/person.html", context, status=status)


def _corrected(request: ClinicRequest, patient: Patient, form: PersonForm, now: datetime) -> bool:
    try:
        correct_person(patient=patient, by=request.user, now=now, **form.corrected)
    except NumberTaken:
        form.say_number_taken()
        return False
    messages.success(request, _("Saved."))
    return True


@clinic
@require_http_methods(["GET", "POST"])
def new_way_in(request: ClinicRequest, pk: int) -> HttpResponse:
    patient, now = _patient(request, pk), timezone.now()
    form = WayInForm(
        request.POST if request.method == "POST" else None,
        instance=_patient(request, pk),
        patients=Patient.objects.visible_to(request.membership).exclude(pk=pk),
    )
    if form.is_valid():
        said = {key: form.cleaned_data[key] for key in ("email", "how")}
        try:
            give_new_way_in(patient=patient, by=request.user, now=now, **said)
        except NoAccount:
            form.add_error(None, _("They have no account. Send them a link instead."))
        else:
            words = _("A link is on its way to %(email)s. The account of before is closed.")
            messages.success(request, words % {"email": said["email"]})
            return redirect("person", pk)
    note_access(patient=patient, user=request.user, page="new_way_in", now=now)
    context = {"patient": patient, "form": form}
    status = 422 if form.errors else 200
    return render(request, "patients/record/new_way_in.html", context, status=status)


@administrator
@require_http_methods(["GET", "POST"])
def withdraw_registration(request: ClinicRequest, pk: int) -> HttpResponse:
    patient, now = _patient(request, pk), timezone.now()
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            withdraw_action(patient=patient, reason=reason, by=request.user, now=now)
        except HasRecord:
            form.add_error(None, _("Something has been written down about them, so it stays."))
        else:
            words = _("The registration of %(name)s is withdrawn.")
            messages.success(request, words % {"name": patient})
            return redirect("patient_list")
    context = {"patient": patient, "form": form}
    status = 422 if form.errors else 200
    return render(request, "patients/record/withdraw_registration.html", context, status=status)
