"""What came of a safety answer: recorded, or undone."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.access import ClinicRequest, clinician
from accounts.pace import never_held_back
from patients.fields import Words
from patients.models import SafetyOutcome
from patients.safety_desk.actions.calls import NothingWaits
from patients.safety_desk.actions.outcomes import (
    CannotHandOver,
    NewlyAnswered,
    OtherOutcome,
    record_outcome,
    undo_outcome,
)
from patients.safety_desk.forms.desk import OutcomeForm
from patients.safety_desk.views.desk import case_page, colleagues, own_case

REFUSALS: dict[type[Exception], Words] = {
    NothingWaits: gettext_lazy("A colleague has recorded the outcome. See below."),
    NewlyAnswered: gettext_lazy(
        "The patient has said yes to something more. Read it first; nothing was recorded."
    ),
    CannotHandOver: gettext_lazy("This colleague may not see the patient. Choose another one."),
}


@never_held_back
@clinician
@require_POST
def safety_outcome(request: ClinicRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    flag = own_case(request, pk, now).flag
    form = OutcomeForm(request.POST, colleagues=colleagues(request))
    if not form.is_valid():
        return case_page(request, pk, outcome_form=form)
    try:
        outcome = record_outcome(
            flag=flag, found=form.found(), seen=form.read_up_to, by=request.user, now=now
        )
    except (NewlyAnswered, CannotHandOver) as refused:
        messages.warning(request, str(REFUSALS[type(refused)]))
        return case_page(
            request, pk, outcome_form=form.read_again(own_case(request, pk, now).newest)
        )
    except NothingWaits:
        messages.warning(request, str(REFUSALS[NothingWaits]))
        return redirect("safety_case", pk=pk)
    messages.success(request, _said(outcome))
    return redirect("safety_case", pk=pk)


def _said(outcome: SafetyOutcome) -> str:
    if outcome.ends_hold:
        return _("Recorded. The answer no longer waits; the rules look at the scores again.")
    return _("Handed over. The answer still waits.")


@never_held_back
@clinician
@require_POST
def undo_safety_outcome(request: ClinicRequest, pk: int) -> HttpResponse:
    outcomes = SafetyOutcome.objects.visible_to(request.membership)
    outcome = get_object_or_404(outcomes.select_related("episode", "flag", "about"), pk=pk)
    try:
        undo_outcome(outcome=outcome, by=request.user, now=timezone.now())
    except OtherOutcome:
        messages.warning(request, _("This outcome was undone already, or a later one holds."))
        return redirect("safety_case", pk=outcome.flag_id)
    messages.success(request, _("Undone. The answer waits again; nothing was deleted."))
    return redirect("safety_desk")
