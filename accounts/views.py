"""Coming in: the invitation's page, and the administrator's list of people."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import actions
from accounts.access import ClinicRequest, administrator, public
from accounts.forms import InviteForm
from accounts.models import Invitation, Membership


@public
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    now = timezone.now()
    try:
        invitation = actions.find_invitation(token=token, now=now)
    except actions.InvitationGone:
        return render(request, "accounts/invitation_gone.html", status=410)
    if request.method == "POST":
        actions.accept_invitation(invitation=invitation, now=now)
        messages.success(request, _("Your account is ready. Sign in with your e-mail."))
        return redirect("account_request_login_code")
    return render(request, "accounts/join.html", {"invitation": invitation})


@administrator
def people(request: ClinicRequest) -> HttpResponse:
    now = timezone.now()
    return render(
        request,
        "accounts/people.html",
        {
            "members": Membership.objects.visible_to(request.user)
            .current()
            .select_related("user", "clinic")
            .order_by("user__name"),
            "invitations": Invitation.objects.visible_to(request.user)
            .open(now)
            .order_by("-invited_at"),
        },
    )


@administrator
@require_http_methods(["GET", "POST"])
def invite_person(request: ClinicRequest) -> HttpResponse:
    form = InviteForm(request.POST or None)
    if form.is_valid():
        actions.invite(
            clinic=request.membership.clinic,
            by=request.user,
            now=timezone.now(),
            **form.cleaned_data,
        )
        messages.success(request, _("The invitation is on its way."))
        return redirect("people")
    status = 422 if form.is_bound else 200
    return render(request, "accounts/invite.html", {"form": form}, status=status)
