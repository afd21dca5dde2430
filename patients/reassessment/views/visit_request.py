"""The visit that follows from a finished reassessment."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import ClinicRequest, clinician
from patients.models import VisitRequest
from patients.reassessment.actions.visit_request import (
    NotFinishedYet,
    TooLate,
    request_visit,
    undo_visit_request,
)
from patients.reassessment.forms.visit_request import VisitRequestForm
from patients.reassessment.views.reassessment import own_reassessment, show


@clinician
@require_POST
def ask(request: ClinicRequest, pk: int) -> HttpResponse:
    own, now = own_reassessment(request, pk), timezone.now()
    form = VisitRequestForm(request.POST, today=own.episode.patient.clinic_date(now))
    if not form.is_valid():
        return show(request, own, now, visit_form=form)
    try:
        request_visit(reassessment=own, by=request.user, now=now, **form.cleaned_data)
    except NotFinishedYet:
        messages.warning(request, _("Finish the reassessment first."))
    else:
        messages.success(request, _("Staff were asked for a visit. It is on their board."))
    return redirect("reassessment", pk=pk)


@clinician
@require_POST
def undo(request: ClinicRequest, pk: int) -> HttpResponse:
    own = own_reassessment(request, pk)
    asked = get_object_or_404(VisitRequest, reassessment=own)
    try:
        undo_visit_request(request=asked, by=request.user, now=timezone.now())
    except TooLate:
        messages.warning(request, _("Staff have found a time already. Ask them to cancel it."))
    else:
        messages.success(request, _("Undone: nobody looks for a time any more."))
    return redirect("reassessment", pk=pk)
