"""What every response and every request carries: headers, session limits, the history's author."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from zoneinfo import ZoneInfo

import pghistory
from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode
from pghistory.middleware import HistoryMiddleware

from accounts import fresh_code, session_limits
from accounts.languages import spoken
from accounts.models import User
from accounts.resume_form import keep, say_signed_out
from accounts.workplace import workplace

GetResponse = Callable[[HttpRequest], HttpResponse]
# Django's, for developers: they bring their style and script in the page.
DEBUG_PAGES = (HTTPStatus.NOT_FOUND, HTTPStatus.INTERNAL_SERVER_ERROR)


class SecurityHeaders:
    """The content policy on every answer, files and redirects too; no cache keeps what somebody saw."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.policy = "; ".join(
            f"{directive} {' '.join(sources)}" for directive, sources in settings.SECURE_CSP.items()
        )

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not (settings.DEBUG and response.status_code in DEBUG_PAGES):
            response.headers["Content-Security-Policy"] = self.policy
        response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        if hasattr(request, "user"):  # not for a file, nor for a redirect to https
            patch_vary_headers(response, ["HX-Request"])
            self._keep_nowhere(request, response)
        return response

    def _keep_nowhere(self, request: HttpRequest, response: HttpResponse) -> None:
        """What a signed-in person saw, and every page of signing in; when they leave, also what the
        browser kept to go back to, and a log that it could not send."""
        page = getattr(request.resolver_match, "view_name", "") or ""
        if request.user.is_authenticated or page.startswith(("account_", "mfa_")):
            response.headers["Cache-Control"] = "no-store"
        if page == "account_logout" and request.method == "POST":
            response.headers["Clear-Site-Data"] = '"cache", "storage"'


class SessionLimits:
    """Signs people out after a pause or a long stay; shorter for those who see many records."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if user.is_authenticated:
            self._limit(request, user, timezone.now())
        elif SESSION_KEY in request.session:
            request.session.flush()  # of an account that is closed: it ends here, and does not wait
        return self.get_response(request)

    def _limit(self, request: HttpRequest, user: User, now: datetime) -> None:
        """What a page asks by itself does not lengthen a stay."""
        if session_limits.left(request, user, now) < timedelta():
            logout(request)
        elif not session_limits.is_automatic(request):
            session_limits.note_presence(request, now)


class LoginRequired(LoginRequiredMiddleware):
    """Sends people to the sign-in page; answers that they were about to save are kept for them."""

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseRedirect:
        if request.method == "POST" and keep(request):
            say_signed_out(request)
        return super().handle_no_permission(request, view_func)


class FreshCode:
    """Nobody changes how they sign in on the strength of a session that was left open."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        page = getattr(request.resolver_match, "view_name", "")
        if page not in fresh_code.PROTECTED or not request.user.is_authenticated:
            return None
        if fresh_code.is_fresh(request, timezone.now()):
            return None
        [way, *_others] = get_adapter().get_reauthentication_methods(request.user)
        return redirect(f"{way['url']}?{urlencode({'next': request.path})}")


class Language:
    """The clinic works in English, patients read in their own language; before that it is the browser's."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            language = self._language(request.user)
            translation.activate(language)
            request.LANGUAGE_CODE = language
        return self.get_response(request)

    def _language(self, user: User) -> str:
        """From the patient's record where there is one: the clinic sets it before there is an account."""
        if user.working_memberships:
            return settings.LANGUAGE_CODE
        language: str = getattr(user, "patient", user).language
        return spoken(language)


class LocalTime:
    """Staff see times in the time zone of their clinic, patients in their own."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with timezone.override(self._zone(request)):
            return self.get_response(request)

    def _zone(self, request: HttpRequest) -> ZoneInfo | None:
        user = request.user
        if not user.is_authenticated:
            return None
        membership, patient = workplace(request), getattr(user, "patient", None)
        if membership:
            return membership.clinic.zone
        return patient.zone if patient else None


class HistoryContext(HistoryMiddleware):
    """Every row of history names who and why: the user's id and the page's name, nothing else."""

    def get_context(self, request: HttpRequest) -> dict[str, object]:
        return {"user": request.user.pk}

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        """Only now is the page known by name; its path may hold a token."""
        pghistory.context(purpose=getattr(request.resolver_match, "view_name", ""))


def act_as(user_id: int | None, purpose: str) -> pghistory.context:
    """The same for tasks and commands: `with act_as(None, "task: review due trials"): …`."""
    return pghistory.context(user=user_id, purpose=purpose)
