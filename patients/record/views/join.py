"""Coming in by invitation: staff get a membership, patients their own record."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import public
from accounts.actions import InvitationGone, find_invitation
from patients.models import Patient
from patients.record.actions import register
from patients.record.views.language import remember, speak


@public
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    now = timezone.now()
    try:
        invitation = find_invitation(token=token, now=now)
    except InvitationGone:
        return render(request, "accounts/invitation_gone.html", status=410)
    for patient in Patient.objects.filter(invitation=invitation):
        speak(request, patient.language)
    if request.method == "POST":
        register.join(invitation=invitation, now=now)
        messages.success(request, _("Your account is ready. Sign in with your e-mail."))
        return remember(redirect("account_request_login_code"), translation.get_language())
    return render(request, "accounts/join.html", {"invitation": invitation})
