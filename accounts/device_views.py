"""One of the devices on which somebody is signed in, ended by its owner."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import Request, person
from accounts.device_words import device_words


@person
@require_http_methods(["GET", "POST"])
def end_device(request: Request, device: int) -> HttpResponse:
    """Without a post the list, to which one comes back from showing that it is still they. Idempotent."""
    others = UserSession.objects.exclude(session_key=request.session.session_key)
    one = others.filter(user=request.user, pk=device).first()
    if request.method == "POST" and one is not None:
        one.end()
        words = _("Signed out: %(device)s.")
        messages.success(request, words % {"device": device_words(one.user_agent)})
    return redirect("usersessions_list")
