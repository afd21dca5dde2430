"""Coming by a clinic's own sign-on: away to it, back from it, and what is said when it does not let in.

These pages are reached by links, not by forms: our policy lets no form lead to another site.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import structlog
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.core.internal.ratelimit import consume
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import Request, person, public
from accounts.actions import InvitationGone, find_invitation
from accounts.actions import sign_on as actions
from accounts.coming_in import ask_for_code
from accounts.fresh_code import SIGN_ON
from accounts.models import Invitation, SignOnLink, SignOnProvider, User
from accounts.opened_by import note_shown, opened_at
from accounts.sign_on.claims import Claims, NotBelieved
from accounts.sign_on.flow import NotReached, Stopped, come_back, send_there
from accounts.way_on import way_on

logger = structlog.get_logger(__name__)

# Somebody else's server did not do its part.
FAILED = 424


def _open() -> Any:
    return SignOnProvider.objects.filter(ended_at=None, opened_at__isnull=False)


def _too_often(request: HttpRequest) -> bool:
    return not consume(request, app="allauth.account", action="sign_on", limit_get=True)


def refusal(
    request: HttpRequest, why: str, row: SignOnProvider | None = None, *checked: str
) -> HttpResponse:
    """In words for who reads it; the log says which check it was, and names nobody."""
    logger.warning("sign-on refused", reason=why, check=" ".join(checked))
    context = {"why": why, "sign_on": row, "checked": " ".join(checked)}
    return render(request, "accounts/sign_on_refused.html", context, status=FAILED)


def away(request: HttpRequest, row: SignOnProvider, purpose: str, **kept: Any) -> HttpResponse:
    """Each asks another server, so not too often."""
    if _too_often(request):
        return refusal(request, "stopped", row, "rate")
    try:
        return send_there(request, row, purpose, **kept)
    except NotReached as error:
        return refusal(request, "not_reached", row, type(error.__cause__).__name__)
    except NotBelieved as error:
        return refusal(request, "not_believed", row, *map(str, error.args))


@public
@never_cache
@require_safe
def sign_ons(request: HttpRequest) -> HttpResponse:
    """The clinics that have one: their names stand on their doors, nobody who works there is named."""
    found = _open().select_related("clinic").order_by("clinic__name")
    return render(request, "accounts/sign_ons.html", {"sign_ons": found, "next": way_on(request)})


@public
@never_cache
@require_safe
def start(request: HttpRequest, provider_id: str) -> HttpResponse:
    row = _open().filter(key=provider_id).first()
    if row is None:
        return refusal(request, "closed")
    return away(request, row, "sign_in", next=way_on(request))


@public
@never_cache
@require_safe
def join(request: HttpRequest, token: str) -> HttpResponse:
    """With an invitation to work in a clinic that has one."""
    try:
        invitation = find_invitation(token=token, now=timezone.now())
    except InvitationGone:
        return refusal(request, "gone")
    row = _open().filter(clinic=invitation.clinic_id).first()
    if row is None or invitation.role == Invitation.Role.PATIENT:
        return redirect("join", token)
    return away(request, row, "join", invitation=invitation.pk, digest=invitation.token_digest)


@person
@never_cache
@require_safe
def link(request: Request, provider_id: str) -> HttpResponse:
    """From a session that showed something of its person within ten minutes."""
    works = [one.clinic_id for one in request.user.working_memberships]
    row = get_object_or_404(_open(), key=provider_id, clinic__in=works)
    return away(request, row, "link", user=request.user.pk, next=way_on(request))


@person
@never_cache
@require_safe
def needed(request: Request) -> HttpResponse:
    """Where a session does not suffice: the sign-on of the clinic is missing, or it is all that there is."""
    works = [one.clinic_id for one in request.user.working_memberships]
    rows = _open().filter(clinic__in=works).select_related("clinic").order_by("clinic__name")
    linked = SignOnLink.objects.filter(user=request.user, ended_at=None)
    context = {
        "sign_ons": rows,
        "linked": set(linked.values_list("provider", flat=True)),
        "only": opened_at(request),
    }
    return render(request, "accounts/sign_on_needed.html", context)


@public
@never_cache
@require_safe
def back(request: HttpRequest, provider_id: str) -> HttpResponse:
    row = SignOnProvider.objects.filter(key=provider_id, ended_at=None).first()
    if row is None:
        return refusal(request, "closed")
    if _too_often(request):
        return refusal(request, "stopped", row, "rate")
    try:
        claims, kept = come_back(request, row)
    except Stopped:
        return refusal(request, "stopped", row)
    except NotReached as error:
        return refusal(request, "not_reached", row, type(error.__cause__).__name__)
    except NotBelieved as error:
        return refusal(request, "not_believed", row, *map(str, error.args))
    return PURPOSES[kept["purpose"]](request, row, claims, kept, timezone.now())


def _has_two_steps(row: SignOnProvider, claims: Claims) -> bool:
    """Whether it stands for our second step; never where the clinic keeps ours."""
    trusts = row.second_step == SignOnProvider.SecondStep.THEIRS
    return trusts and claims.shows_two_steps(row.acr_values.split())


def _lacks_second_step(row: SignOnProvider, claims: Claims) -> bool:
    trusts = row.second_step == SignOnProvider.SecondStep.THEIRS
    return trusts and not _has_two_steps(row, claims)


def _sign_in(
    request: HttpRequest, row: SignOnProvider, claims: Claims, kept: dict[str, Any], _now: datetime
) -> HttpResponse:
    user = actions.known_as(provider=row, claims=claims)
    if not row.is_open or user is None:
        return refusal(request, "not_linked", row)
    if _lacks_second_step(row, claims):
        return refusal(request, "one_step", row)
    return _let_in(request, row, claims, user, kept.get("next"))


def _let_in(
    request: HttpRequest, row: SignOnProvider, claims: Claims, user: User, to: str | None
) -> HttpResponse:
    """A session of this person's goes on, with this shown as well; any other begins anew."""
    goes_on = request.user == user
    if request.user.is_authenticated and not goes_on:
        logout(request)
    steps = _has_two_steps(row, claims)
    note_shown(request, user=user.pk, clinic=row.clinic_id, has_two_steps=steps, opens=not goes_on)
    if goes_on:
        request.session.cycle_key()
        return redirect(to or "start")
    record_authentication(request, user, method=SIGN_ON)
    response: HttpResponse = perform_login(
        request, Login(user=user, email=user.email, redirect_url=to)
    )
    return response


def _join(
    request: HttpRequest, row: SignOnProvider, claims: Claims, kept: dict[str, Any], now: datetime
) -> HttpResponse:
    if _lacks_second_step(row, claims):
        return refusal(request, "one_step", row)
    same = {"pk": kept["invitation"], "token_digest": kept["digest"]}
    invitation = Invitation.objects.select_related("clinic").filter(**same).first()
    if invitation is None:
        return refusal(request, "gone")
    try:
        user, made = actions.join_by_sign_on(
            provider=row, invitation=invitation, claims=claims, now=now
        )
    except InvitationGone:
        return refusal(request, "gone")
    except actions.LinkedAlready:
        return refusal(request, "linked_already", row)
    except actions.AddressDiffers:
        return refusal(request, "address_differs", row)
    messages.success(request, _("Your account is ready."))
    return _let_in(request, row, claims, user, None) if made else ask_for_code(request, user.email)


def _link(
    request: HttpRequest, row: SignOnProvider, claims: Claims, kept: dict[str, Any], now: datetime
) -> HttpResponse:
    user = request.user
    if not user.is_authenticated or user.pk != kept["user"] or opened_at(request) is not None:
        return refusal(request, "stopped", row)
    if _lacks_second_step(row, claims):
        return refusal(request, "one_step", row)
    # A code by e-mail alone is one step: then the sign-on has to vouch for that address.
    if not user.has_second_factor and not actions.vouches(claims, user.email):
        return refusal(request, "address_differs", row)
    try:
        actions.link(provider=row, user=user, claims=claims, now=now)
    except actions.LinkedAlready:
        return refusal(request, "linked_already", row)
    messages.success(request, _("Linked. From now on %(sign_on)s lets you in.") % {"sign_on": row})
    return _let_in(request, row, claims, user, kept.get("next"))


def _tried(
    request: HttpRequest, row: SignOnProvider, claims: Claims, kept: dict[str, Any], now: datetime
) -> HttpResponse:
    """Nothing is linked: the administrator reads what would be seen."""
    user = request.user
    if not user.is_authenticated or user.pk != kept["user"]:
        return refusal(request, "stopped", row)
    actions.note_tried(provider=row, by=user, now=now)
    context = {
        "sign_on": row,
        "claims": claims,
        "ways": sorted(claims.ways),
        "has_two_steps": claims.shows_two_steps(row.acr_values.split()),
    }
    return render(request, "accounts/sign_on_tried.html", context)


PURPOSES = {"sign_in": _sign_in, "join": _join, "link": _link, "try": _tried}
