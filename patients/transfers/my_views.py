"""A patient who goes on in another clinic reads what becomes of it, and may stop it until it is answered."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import PatientRequest, patient
from patients.models import Transfer
from patients.transfers import actions


@patient
@require_safe
def my_moves(request: PatientRequest) -> HttpResponse:
    rows = Transfer.objects.visible_to(request.patient).select_related("to_clinic")
    now = timezone.now()
    moves = [(one, one.state(now)) for one in rows.order_by("-offered_at", "-pk")]
    return render(request, "patients/transfers/my_moves.html", {"moves": moves})


@patient
@require_POST
def stop_my_move(request: PatientRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Transfer.objects.visible_to(request.patient), pk=pk)
    try:
        actions.withdraw_transfer(transfer=one, by=request.user, now=timezone.now())
    except actions.NotOpen:
        messages.info(request, _("The other clinic has answered. Call your clinic."))
    else:
        messages.success(request, _("Stopped. You stay with your clinic."))
    return redirect("my_moves")
