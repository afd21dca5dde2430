"""The clinic's own sign-on, for its administrators: set up, tried, opened, asked for, ended."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import ClinicRequest, administrator
from accounts.actions import sign_on as actions
from accounts.models import Membership, SignOnLink, SignOnProvider
from accounts.sign_on_forms import BoundRolesForm, SignOnForm
from accounts.sign_on_views import away


def _held(request: ClinicRequest) -> SignOnProvider | None:
    found = SignOnProvider.objects.filter(clinic=request.membership.clinic_id, ended_at=None)
    return found.first()


@administrator
@require_http_methods(["GET", "POST"])
def our_sign_on(request: ClinicRequest) -> HttpResponse:
    held, own = _held(request), request.membership.clinic
    form = SignOnForm(request.POST or None, held=held)
    if form.is_valid():
        now = timezone.now()
        actions.set_up_sign_on(clinic=own, by=request.user, now=now, **form.cleaned_data)
        messages.success(request, _("Saved. Try it before people come by it."))
        return redirect("our_sign_on")
    context: dict[str, object] = {
        "form": form,
        "sign_on": held,
        "roles_form": BoundRolesForm(initial={"roles": own.sign_on_roles}),
        "links": SignOnLink.objects.filter(provider=held, ended_at=None).count() if held else 0,
    }
    if held:
        address = reverse("openid_connect_callback", args=[held.key])
        context["back_to"] = request.build_absolute_uri(address)
    status = 422 if form.is_bound else 200
    return render(request, "accounts/our_sign_on.html", context, status=status)


@administrator
@require_safe
def try_sign_on(request: ClinicRequest) -> HttpResponse:
    held = _held(request)
    if held is None:
        return redirect("our_sign_on")
    return away(request, held, "try", user=request.user.pk)


@administrator
@require_POST
def open_sign_on(request: ClinicRequest) -> HttpResponse:
    try:
        actions.open_sign_on(clinic=request.membership.clinic, by=request.user, now=timezone.now())
    except actions.NotTried:
        messages.warning(request, _("Try it first: go there and come back once."))
    else:
        messages.success(request, _("People may come by it now."))
    return redirect("our_sign_on")


@administrator
@require_POST
def ask_for_sign_on(request: ClinicRequest) -> HttpResponse:
    form = BoundRolesForm(request.POST)
    if form.is_valid():
        try:
            actions.ask_for_sign_on(
                clinic=request.membership.clinic, roles=form.cleaned_data["roles"]
            )
        except actions.NotOpen:
            messages.warning(request, _("Open it first."))
        else:
            messages.success(request, _("Saved. It counts from their next page on."))
    return redirect("our_sign_on")


@administrator
@require_POST
def end_sign_on(request: ClinicRequest) -> HttpResponse:
    actions.end_sign_on(clinic=request.membership.clinic, by=request.user, now=timezone.now())
    messages.success(request, _("Ended. People sign in with a code and their second step again."))
    return redirect("our_sign_on")


@administrator
@require_POST
def end_link(request: ClinicRequest, pk: int) -> HttpResponse:
    """Of one person at work here; they link again when they are signed in."""
    here = Membership.objects.visible_to(request.membership).select_related("user")
    one = get_object_or_404(here, pk=pk)
    own = request.membership.clinic
    if actions.unlink(user=one.user, clinic=own, by=request.user, now=timezone.now()):
        messages.success(request, _("The link is ended, and they are signed out."))
    return redirect("member", pk)
