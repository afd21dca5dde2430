"""A decision after it was recorded: corrected by a further entry, or undone by one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import ClinicRequest, clinician
from patients.care_team.actions.access import note_access
from patients.models import Decision
from patients.worklist.actions.decide import OtherDecision, correct
from patients.worklist.actions.undo_decision import BuiltOn
from patients.worklist.actions.undo_decision import undo_decision as undo
from patients.worklist.forms.decide import CorrectForm


def _decision(request: ClinicRequest, pk: int) -> Decision:
    decisions = Decision.objects.visible_to(request.membership).select_related(
        "flag__episode__patient__clinic", "decided_by"
    )
    return get_object_or_404(decisions, pk=pk)


@clinician
@require_http_methods(["GET", "POST"])
def correct_decision(request: ClinicRequest, pk: int) -> HttpResponse:
    decision = _decision(request, pk)
    words = {"reason": decision.reason, "patient_sentence": decision.patient_sentence}
    form = CorrectForm(request.POST or None, initial=words)
    if form.is_valid():
        try:
            correct(decision=decision, by=request.user, now=timezone.now(), **form.cleaned_data)
        except OtherDecision:
            messages.warning(
                request, _("Somebody added an entry before you. Read it; yours was not saved.")
            )
        else:
            messages.success(request, _("Corrected. The earlier entry stays on the record."))
        return redirect("flag", pk=decision.flag_id)
    patient = decision.flag.episode.patient
    note_access(patient=patient, user=request.user, page="decision", now=timezone.now())
    context = {"decision": decision, "patient": patient, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "patients/worklist/correct_decision.html", context, status=status)


@clinician
@require_POST
def undo_decision(request: ClinicRequest, pk: int) -> HttpResponse:
    """Undo: from the status bar for ten seconds, from the history for as long as nothing rests on it."""
    decision = _decision(request, pk)
    try:
        undo(decision=decision, by=request.user, now=timezone.now())
    except BuiltOn as built:
        messages.warning(request, str(built))
    except OtherDecision:
        messages.warning(request, _("This decision was undone already."))
    else:
        messages.success(request, _("Undone. The flag is open again; nothing was deleted."))
    return redirect("flag", pk=decision.flag_id)
