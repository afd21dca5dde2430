"""A patient's way to an account of their own, from whoever works in the clinic."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import ClinicRequest, clinic
from accounts.actions import withdraw_invitation
from patients.models import Patient
from patients.record.actions.register import send_new_link as send_new_link_action


@clinic
@require_POST
def send_new_link(request: ClinicRequest, pk: int) -> HttpResponse:
    """In one tap, to the address of the record."""
    patients = Patient.objects.visible_to(request.membership).select_related("clinic")
    patient = get_object_or_404(patients, pk=pk)
    if not patient.email:
        messages.warning(request, _("The record has no e-mail."))
    elif send_new_link_action(patient=patient, by=request.user, now=timezone.now()):
        words = _("A new link is on its way to %(email)s.")
        messages.success(request, words % {"email": patient.email})
    else:
        messages.info(request, _("Nothing was sent: there is an account, or a link was just sent."))
    return redirect("person", pk)


@clinic
@require_POST
def withdraw_link(request: ClinicRequest, pk: int) -> HttpResponse:
    """Nobody comes in by it any more; another one can be sent."""
    patients = Patient.objects.visible_to(request.membership).select_related("invitation")
    patient = get_object_or_404(patients, pk=pk)
    if patient.invitation is not None:
        withdraw_invitation(invitation=patient.invitation, by=request.user, now=timezone.now())
        messages.success(request, _("The link opens nothing any more."))
    return redirect("person", pk)
