"""The language: one press, from any page that patients read, and it is remembered."""

from __future__ import annotations

from typing import TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import translation
from django.views.decorators.http import require_POST

from accounts.access import public
from accounts.languages import spoken
from accounts.way_on import way_on
from patients.record.actions.language import choose_language as choose_language_action

Answer = TypeVar("Answer", bound=HttpResponse)


@public
@require_POST
def choose_language(request: HttpRequest) -> HttpResponseRedirect:
    language = request.POST.get("language", "")
    back = redirect(way_on(request))
    if language not in dict(settings.LANGUAGES):
        return back
    if request.user.is_authenticated:
        choose_language_action(user=request.user, language=language)
    return remember(back, language)


def speak(request: HttpRequest, language: str) -> None:
    """To somebody who came by a link of ours and is not signed in: in their own language, unless
    another one was chosen in this browser."""
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        translation.activate(spoken(language))


def remember(response: Answer, language: str) -> Answer:
    """In this browser, also for the pages before signing in."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )
    return response
