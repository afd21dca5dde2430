"""The administrator's list of people and invitations; and the choice of the clinic to work in now."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import actions
from accounts.access import ClinicRequest, administrator, clinic
from accounts.forms import ClinicForm, InviteForm
from accounts.models import Invitation, Membership
from accounts.opened_by import opened_at
from accounts.workplace import work_in


@administrator
def people(request: ClinicRequest) -> HttpResponse:
    now = timezone.now()
    here = Membership.objects.visible_to(request.membership).select_related("user")
    return render(
        request,
        "accounts/people.html",
        {
            "members": here.current().order_by("user__name", "pk"),
            "left": here.left().order_by("-ended_at", "pk"),
            "invitations": Invitation.objects.visible_to(request.membership)
            .for_work()
            .unanswered()
            .order_by(F("asked_again_at").asc(nulls_last=True), "-invited_at", "pk"),
            "now": now,
        },
    )


@administrator
@require_http_methods(["GET", "POST"])
def invite_person(request: ClinicRequest) -> HttpResponse:
    form = InviteForm(request.POST or None)
    if form.is_valid():
        home, now = request.membership.clinic, timezone.now()
        try:
            actions.invite(clinic=home, by=request.user, now=now, **form.cleaned_data)
        except actions.WorksHereAlready:
            form.say_works_here()
        else:
            messages.success(request, _("The invitation is on its way."))
            return redirect("people")
    status = 422 if form.is_bound else 200
    return render(request, "accounts/invite.html", {"form": form}, status=status)


@clinic
@require_http_methods(["GET", "POST"])
def change_clinic(request: ClinicRequest) -> HttpResponse:
    """For those who work in several."""
    if opened_at(request) is not None:
        return redirect("sign_on_needed")
    form = ClinicForm(request.POST or None, user=request.user, at=request.membership)
    if form.is_valid():
        chosen = form.cleaned_data["membership"]
        work_in(request, chosen)
        words = _("You work in %(clinic)s now.")
        messages.success(request, words % {"clinic": chosen.clinic})
        return redirect("start")
    status = 422 if form.errors else 200
    return render(request, "accounts/change_clinic.html", {"form": form}, status=status)
