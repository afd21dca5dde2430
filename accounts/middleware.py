"""What every response and every request carries: headers, session limits, the history's author."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

import pghistory
import structlog
from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from pghistory.middleware import HistoryMiddleware

from accounts import fresh_code, session_limits
from accounts.home import somebody_at_home
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
        if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            response.headers["Cache-Control"] = (
                "no-store"  # who it was may be what could not be found out
            )
        elif hasattr(request, "user"):  # not for a file, nor for a redirect to https
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


class Person:
    """One pass over who is signed in: whether they still are, and which language and clock are theirs."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            self._limit(request, request.user, timezone.now())
        elif SESSION_KEY in request.session:
            request.session.flush()  # of an account that is closed: it ends here, and does not wait
        user = request.user if request.user.is_authenticated else None
        structlog.contextvars.bind_contextvars(
            user_id=request.user.pk
        )  # for every line from here on
        request.LANGUAGE_CODE = self._language(request, user)
        translation.activate(request.LANGUAGE_CODE)
        with timezone.override(self._zone(request, user)):
            response = self.get_response(request)
        patch_vary_headers(response, ["Accept-Language"])
        response.headers.setdefault("Content-Language", translation.get_language())
        return response

    def _limit(self, request: HttpRequest, user: User, now: datetime) -> None:
        """Signed out after a pause or a long stay, sooner who sees many records. What a page asks by
        itself does not lengthen a stay."""
        if session_limits.left(request, user, now) < timedelta():
            logout(request)
        elif not session_limits.is_automatic(request):
            session_limits.note_presence(request, now)

    def _language(self, request: HttpRequest, user: User | None) -> str:
        """The clinic works in English, patients read in their own language; before that it is the browser's.

        A patient's from the record: the clinic sets it before there is an account. A carer has their own.
        """
        if user is None:
            return translation.get_language_from_request(request)
        if user.working_memberships:
            return settings.LANGUAGE_CODE
        home = somebody_at_home(request)
        return spoken(home.language if home and not home.carer else user.language)

    def _zone(self, request: HttpRequest, user: User | None) -> ZoneInfo | None:
        """Staff see times in the time zone of their clinic, patients in their own."""
        if user is None:
            return None
        membership, patient = workplace(request), somebody_at_home(request)
        if membership:
            return membership.clinic.zone
        return patient.zone if patient else None


class LoginRequired(LoginRequiredMiddleware):
    """Sends people to the sign-in page; answers that they were about to save are kept for them."""

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseRedirect:
        if request.method == "POST" and keep(request):
            say_signed_out(request)
        return super().handle_no_permission(request, view_func)

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponseBase | None:
        refused: HttpResponseBase | None = super().process_view(request, *view)
        return refused or self._ask_again(request)

    def _ask_again(self, request: HttpRequest) -> HttpResponse | None:
        """Nobody changes how they sign in on the strength of a session that was left open."""
        page = getattr(request.resolver_match, "view_name", "")
        if page not in fresh_code.PROTECTED or not request.user.is_authenticated:
            return None
        if fresh_code.is_fresh(request, timezone.now()):
            return None
        return redirect(fresh_code.way_to_show(request))


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
