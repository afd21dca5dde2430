"""Coming in by invitation: staff get a membership, patients their own record."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import public
from accounts.actions import InvitationGone, ask_again, find_by_link, find_invitation
from accounts.coming_in import ask_for_code, come_in
from accounts.models import Invitation, SignOnProvider
from patients.models import Patient
from patients.record.actions import register
from patients.record.views.language import remember, speak


@public
@never_cache
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    now = timezone.now()
    try:
        invitation = find_invitation(token=token, now=now)
    except InvitationGone:
        return _gone(request, token, now)
    _speak(request, invitation)
    if request.method == "POST":
        return _join(request, invitation, now)
    context = {"invitation": invitation, "token": token, "sign_on": _sign_on(invitation)}
    return render(request, "accounts/join.html", context)


def _sign_on(invitation: Invitation) -> SignOnProvider | None:
    """Of the clinic, for who is to work there."""
    if invitation.role == Invitation.Role.PATIENT:
        return None
    here = SignOnProvider.objects.filter(clinic=invitation.clinic_id, ended_at=None)
    return here.filter(opened_at__isnull=False).first()


def _speak(request: HttpRequest, invitation: Invitation) -> None:
    for patient in Patient.objects.filter(invitation=invitation):
        speak(request, patient.language)


def _gone(request: HttpRequest, token: str, now: datetime) -> HttpResponse:
    """The second tap of two goes on; a link that ran out can be asked for anew."""
    old, has_asked = find_by_link(token=token), False
    if old:
        _speak(request, old)
    if request.method == "POST":
        if old and old.accepted_at:
            return _known(request, old)
        has_asked = ask_again(token=token, now=now)
    ran_out = old if old and not old.accepted_at and not old.withdrawn_at else None
    context = {"old": old, "ran_out": ran_out, "has_asked": has_asked}
    return render(request, "accounts/invitation_gone.html", context, status=410)


def _join(request: HttpRequest, invitation: Invitation, now: datetime) -> HttpResponse:
    try:
        user = register.join(invitation=invitation, now=now)
    except InvitationGone:
        return _known(request, invitation)  # the other tap of two was quicker
    messages.success(request, _("Your account is ready."))
    return remember(come_in(request, user), translation.get_language())


def _known(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    messages.success(request, _("Your account is ready. Sign in with your e-mail."))
    return remember(ask_for_code(request, invitation.email), translation.get_language())
