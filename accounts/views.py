"""The administrator's list of people, and whom they invite."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import actions
from accounts.access import ClinicRequest, administrator
from accounts.forms import InviteForm
from accounts.models import Invitation, Membership


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
