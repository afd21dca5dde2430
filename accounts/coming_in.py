"""Signing in by an invitation: its link came to the address by e-mail, as a code would have."""

from __future__ import annotations

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.models import User

# The address that the next page of signing in has filled in already.
KNOWN_ADDRESS = "known_address"


def come_in(request: HttpRequest, user: User) -> HttpResponse:
    """Sign in whoever has never been here before. An account that was used already may hold a record,
    and a link of two weeks may have been passed on: there a code is asked for."""
    if request.user.is_authenticated and request.user != user:
        logout(request)
    if user.last_login is not None:
        return ask_for_code(request, user.email)
    record_authentication(request, user, method="invitation")
    response: HttpResponse = perform_login(request, Login(user=user, email=user.email))
    return response


def ask_for_code(request: HttpRequest, email: str) -> HttpResponse:
    request.session[KNOWN_ADDRESS] = email
    return redirect("account_request_login_code")
