"""Pages of signing in beside those of allauth: the state of a session, and a fresh code."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import actions, fresh_code, session_limits
from accounts.access import Request, person, public
from accounts.signing_in_forms import FreshCodeForm
from accounts.way_on import way_on


@public
@never_cache
@require_safe
def session(request: HttpRequest) -> JsonResponse:
    """How long the session goes on, and whose it is, for a page that would cover itself (static/lock.js).

    The token is for the forms of that page: signing in gave the browser another one.
    """
    user = request.user
    if not user.is_authenticated:
        return JsonResponse({"seconds": 0})
    left = session_limits.left(request, user, timezone.now())
    hat = session_limits.hat_of(request, user)
    found = {"seconds": int(left.total_seconds()), "hat": hat, "token": get_token(request)}
    return JsonResponse(found)


@person
@require_POST
def answer_passkey_offer(request: Request) -> HttpResponse:
    """Yes leads to where one is added, which can be left; the code by e-mail works as before either way."""
    actions.answer_passkey_offer(user=request.user, now=timezone.now())
    return redirect("mfa_add_webauthn" if "yes" in request.POST else "start")


@person
@require_http_methods(["GET", "POST"])
def prove_it(request: Request) -> HttpResponse:
    """A fresh code from those who have nothing else to show, before they change how they sign in."""
    now, to = timezone.now(), way_on(request)
    if "send" in request.POST:
        if not fresh_code.send(request, now):
            messages.warning(request, _("Please wait a minute before you ask for another code."))
        return redirect(f"{request.path}?{urlencode({'next': to})}")
    form = FreshCodeForm(request.POST or None)
    if form.is_valid():
        if fresh_code.check(request, form.cleaned_data["code"], now):
            return redirect(to)
        form.add_error("code", _("This is not the code, or it is too old."))
    is_waiting = form.is_bound or fresh_code.waiting(request, now) is not None
    page = {"form": form, "next": to, "is_waiting": is_waiting}
    return render(request, "accounts/prove_it.html", page, status=422 if form.errors else 200)
