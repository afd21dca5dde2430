"""Pages that read the same for everybody who is signed out: drawn once a process, for each language, day and
published version."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.translation import get_language

from pathway.queries import newest_version

MOST = 512
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="(\w+)"')

View = Callable[..., HttpResponse]
Key = tuple[str, str | None, date, int | None]

# The pieces of a page between its tokens, which are each browser's own.
kept: OrderedDict[Key, list[bytes]] = OrderedDict()


def same_for_all(*, of_protocol: bool) -> Callable[[View], View]:
    """The view may depend on the address, the language and the day, and on the published protocol where it
    says so; that one is asked for each time, so that a new version shows with the next request."""

    def decorate(view: View) -> View:
        @wraps(view)
        def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not _asks_for_the_page_alone(request):
                return view(request, *args, **kwargs)
            version = newest_version() if of_protocol else None
            key = (request.path, get_language(), timezone.localdate(), version)
            if key in kept:
                return _with_own_token(request, kept[key])
            answer = view(request, *args, **kwargs)
            if answer.status_code == 200:
                _keep(key, answer.content)
            return answer

        return answered

    return decorate


def _asks_for_the_page_alone(request: HttpRequest) -> bool:
    """Nobody's session, which might have something to say, and no search."""
    is_known = settings.SESSION_COOKIE_NAME in request.COOKIES
    return (
        not is_known
        and request.method == "GET"
        and not (request.META.get("QUERY_STRING") or "HX-Request" in request.headers)
    )


def _keep(key: Key, page: bytes) -> None:
    found = TOKEN.search(page)
    kept[key] = page.split(found[1]) if found else [page]
    while len(kept) > MOST:
        kept.popitem(last=False)


def _with_own_token(request: HttpRequest, pieces: list[bytes]) -> HttpResponse:
    if len(pieces) == 1:
        return HttpResponse(pieces[0])
    return HttpResponse(get_token(request).encode().join(pieces))
