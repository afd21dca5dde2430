"""Invitations that nobody has accepted yet, for the clinic's administrators."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import actions
from accounts.access import ClinicRequest, administrator
from accounts.forms import InviteForm
from accounts.models import Invitation


def _waiting(request: ClinicRequest, pk: int) -> Invitation:
    """Of somebody who is to work here; a patient's belongs to the record."""
    here = Invitation.objects.visible_to(request.membership).for_work()
    return get_object_or_404(here.unanswered(), pk=pk)


@administrator
@require_http_methods(["GET", "POST"])
def correct_invitation(request: ClinicRequest, pk: int) -> HttpResponse:
    """Another name, address or role; the corrected one gets a new link, the old one is closed."""
    one = _waiting(request, pk)
    asked = {"name": one.name, "email": one.email, "role": one.role}
    form = InviteForm(request.POST or None, initial=asked)
    if form.is_valid() and _renewed(request, one, form):
        return redirect("people")
    context = {"form": form, "invitation": one}
    status = 422 if form.errors else 200
    return render(request, "accounts/correct_invitation.html", context, status=status)


def _renewed(request: ClinicRequest, one: Invitation, form: InviteForm) -> bool:
    now = timezone.now()
    try:
        new = actions.renew_invitation(
            invitation=one, by=request.user, now=now, **form.cleaned_data
        )
    except actions.WorksHereAlready:
        form.say_works_here()
        return False
    except actions.InvitationGone:
        return True  # accepted at this moment: the list says so
    _say(request, new)
    return True


def _say(request: ClinicRequest, new: Invitation | None) -> None:
    if new is None:
        messages.info(request, _("The link was sent a few minutes ago. It may take a moment."))
    else:
        messages.success(
            request, _("A new link is on its way to %(email)s.") % {"email": new.email}
        )


@administrator
@require_POST
def renew_invitation(request: ClinicRequest, pk: int) -> HttpResponse:
    """To the same address, in one tap."""
    one = _waiting(request, pk)
    try:
        _say(request, actions.renew_invitation(invitation=one, by=request.user, now=timezone.now()))
    except actions.WorksHereAlready:
        messages.info(request, _("Somebody with this e-mail works here already."))
    except actions.InvitationGone:
        pass  # accepted at this moment: the list says so
    return redirect("people")


@administrator
@require_POST
def withdraw_invitation(request: ClinicRequest, pk: int) -> HttpResponse:
    one = _waiting(request, pk)
    actions.withdraw_invitation(invitation=one, by=request.user, now=timezone.now())
    words = _("The invitation of %(name)s is withdrawn. Its link opens nothing any more.")
    messages.success(request, words % {"name": one.name})
    return redirect("people")
