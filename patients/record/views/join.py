"""Coming in by invitation: staff get a membership, patients their own record."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import public
from accounts.actions import InvitationGone, find_invitation, was_accepted
from accounts.models import Invitation
from patients.models import Patient
from patients.record.actions import register
from patients.record.actions.register import AddressTaken
from patients.record.views.language import remember, speak


@public
@never_cache
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    now = timezone.now()
    try:
        invitation = find_invitation(token=token, now=now)
    except InvitationGone:
        if request.method == "POST" and was_accepted(token=token):
            return _joined(request)  # the second tap of two
        return render(request, "accounts/invitation_gone.html", status=410)
    for patient in Patient.objects.filter(invitation=invitation):
        speak(request, patient.language)
    if request.method == "POST":
        return _join(request, invitation, now)
    return render(request, "accounts/join.html", {"invitation": invitation})


def _join(request: HttpRequest, invitation: Invitation, now: datetime) -> HttpResponse:
    try:
        register.join(invitation=invitation, now=now)
    except InvitationGone:
        pass  # the other tap of two was quicker
    except AddressTaken:
        page = {"email": invitation.email, "clinic": invitation.clinic}
        return render(request, "accounts/address_taken.html", page, status=409)
    return _joined(request)


def _joined(request: HttpRequest) -> HttpResponse:
    messages.success(request, _("Your account is ready. Sign in with your e-mail."))
    return remember(redirect("account_request_login_code"), translation.get_language())
