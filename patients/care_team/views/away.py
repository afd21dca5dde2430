"""A clinician who is away names who stands in; whoever needs a record in an emergency says why."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import ClinicRequest, clinician
from patients.care_team import searches
from patients.care_team.actions import care_team
from patients.care_team.actions.care_team import NotNeeded, break_glass
from patients.care_team.forms import CoverForm, FindForm, ReasonForm
from patients.care_team.views.care_team import set_cover
from patients.models import Cover, Patient


@clinician
@require_http_methods(["GET", "POST"])
def away(request: ClinicRequest) -> HttpResponse:
    me = request.membership
    form = CoverForm(request.POST or None, clinic=me.clinic, absent=me)
    if form.is_valid():
        set_cover(request, form)
        return redirect("away")
    covers = Cover.objects.visible_to(request.membership).not_over(timezone.now())
    context = {"form": form, "covers": covers.select_related("absent__user", "membership__user")}
    return render(
        request, "patients/care_team/away.html", context, status=422 if form.errors else 200
    )


@clinician
@require_POST
def end_cover(request: ClinicRequest, pk: int) -> HttpResponse:
    cover = get_object_or_404(Cover.objects.visible_to(request.membership), pk=pk)
    care_team.end_cover(cover=cover, now=timezone.now())
    messages.success(request, _("The cover has ended."))
    return redirect("away")


@clinician
@require_http_methods(["GET", "POST"])
def emergency(request: ClinicRequest) -> HttpResponse:
    """Find by number and date of birth, say why, read for some hours. All of it by POST: an address
    would keep the number and the date."""
    asked = request.POST if request.method == "POST" else None
    find, why, patient = FindForm(asked), None, None
    if asked and not searches.may_search(request):
        find.add_error(None, searches.TOO_MANY)
        return render(
            request, "patients/care_team/emergency.html", {"form": find, "find": find}, status=429
        )
    if find.is_valid():
        patient = _found(request, find)
        why = ReasonForm(request.POST if "reason" in request.POST else None)
    if patient and why and why.is_valid():
        return _open(request, patient, why.cleaned_data["reason"])
    context = {"form": why if patient else find, "find": find, "patient": patient}
    wrong = find.errors or (why is not None and why.errors)
    return render(
        request, "patients/care_team/emergency.html", context, status=422 if wrong else 200
    )


def _found(request: ClinicRequest, find: FindForm) -> Patient | None:
    patient = Patient.objects.named_exactly(request.membership, **find.cleaned_data)
    if patient is None:
        searches.note_miss(request)
        find.add_error(None, _("No patient of this clinic has this number and date of birth."))
    return patient


def _open(request: ClinicRequest, patient: Patient, reason: str) -> HttpResponse:
    try:
        glass = break_glass(
            patient=patient, membership=request.membership, reason=reason, now=timezone.now()
        )
    except NotNeeded:
        messages.info(request, _("You see this record anyway."))
    else:
        until = timezone.localtime(glass.until)
        words = _("The record is open for you until %(time)s. The patient sees that you opened it.")
        messages.warning(request, words % {"time": f"{until:%H:%M}"})
    return redirect("record", pk=patient.pk)
