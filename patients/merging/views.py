"""An administrator finds two records of one person, looks at what would move, and merges them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import ClinicRequest, administrator
from patients.care_team.actions.access import note_access
from patients.merging import actions
from patients.merging.actions import CannotMerge, TooLate, merge_patients
from patients.merging.forms import MergeForm
from patients.merging.preview import preview_of, problem_of
from patients.models import Patient, PatientMerge
from patients.models.merge import UNDO_WITHIN

TEMPLATE = "patients/merging/merge.html"


@administrator
@require_http_methods(["GET", "POST"])
def merge(request: ClinicRequest) -> HttpResponse:
    """Two numbers, then what would move, then the merge; nothing before the last press."""
    patients = Patient.objects.visible_to(request.membership)
    form = MergeForm(request.POST or None, patients=patients)
    if not form.is_valid():
        lately = PatientMerge.objects.visible_to(request.membership).standing()
        lately = lately.since(timezone.now() - UNDO_WITHIN)
        context = {"form": form, "lately": lately.select_related("kept", "other", "merged_by")}
        return render(request, TEMPLATE, context, status=422 if form.is_bound else 200)
    return _merge(request, form) if "merge" in request.POST else _preview(request, form)


def _preview(request: ClinicRequest, form: MergeForm, status: int = 200) -> HttpResponse:
    kept, other = form.cleaned_data["kept"], form.cleaned_data["other"]
    preview = preview_of(kept=kept, other=other, by=request.user, now=timezone.now())
    context = {"kept": kept, "other": other, "preview": preview, "pair": (kept, other)}
    status = 409 if preview.problem else status
    return render(request, "patients/merging/preview.html", context, status=status)


def _merge(request: ClinicRequest, form: MergeForm) -> HttpResponse:
    kept, other, now = form.cleaned_data["kept"], form.cleaned_data["other"], timezone.now()
    try:
        merge_patients(kept=kept, other=other, by=request.user, now=now)
    except CannotMerge as refused:
        messages.warning(request, str(problem_of(refused)))
        return _preview(request, form)
    note_access(patient=kept, user=request.user, page="merge", now=now)
    messages.success(request, _("Merged. For a day you can undo it here."))
    return redirect("merge")


@administrator
@require_POST
def undo_merge(request: ClinicRequest, pk: int) -> HttpResponse:
    merges = PatientMerge.objects.visible_to(request.membership).select_related("kept")
    merged, now = get_object_or_404(merges, pk=pk), timezone.now()
    try:
        actions.undo_merge(merge=merged, by=request.user, now=now)
    except TooLate:
        messages.warning(request, _("This merge can no longer be undone."))
    else:
        note_access(patient=merged.kept, user=request.user, page="merge", now=now)
        messages.success(request, _("Undone. The two records are apart again."))
    return redirect("merge")
