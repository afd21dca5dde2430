"""Who reads through FHIR: a system with a token of ours. A session opens nothing here, nor does a token elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt

from accounts.access import Audience, named, public
from accounts.models import System
from exchange.limits import is_within
from exchange.outcome import Refused
from exchange.tokens import said_by

P = ParamSpec("P")
CHALLENGE = 'Bearer realm="fhir"'
JSON_KINDS = ("application/fhir+json", "application/json", "application/*", "*/*", "json", "")


class SystemRequest(HttpRequest):
    """A request of `system`, which may read the resources in `reads`."""

    system: System
    reads: list[str]


def system(
    view: Callable[Concatenate[SystemRequest, P], HttpResponse],
) -> Callable[Concatenate[SystemRequest, P], HttpResponse]:
    """The programs of other houses. Their texts are English, whatever the browser asks for."""

    @wraps(view)
    def guarded(request: SystemRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        with translation.override("en"):
            try:
                request.system, request.reads = _proved(request)
                _within_limits(request)
                must_take_json(request)
                return view(request, *args, **kwargs)
            except Refused as refused:
                return refused.answer

    open_to_it: Any = named(csrf_exempt(public(guarded)), Audience.SYSTEM)
    return open_to_it  # type: ignore[no-any-return]


def _proved(request: HttpRequest) -> tuple[System, list[str]]:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    said = said_by(token.strip()) if kind.lower() == "bearer" else None
    rows = System.objects.select_related("clinic")
    found = rows.filter(pk=said["system"]).first() if said else None
    if said is None or found is None or not found.may_read(timezone.now()):
        raise Refused(401, "Send a token of this server.", WWW_Authenticate=CHALLENGE)
    return found, [name for name in said["reads"] if name in found.scopes]


def _within_limits(request: SystemRequest) -> None:
    if not is_within(request.system.client_id, timezone.now()):
        raise Refused(429, "Too many requests. Wait a minute.", Retry_After="60")


def must_take_json(request: HttpRequest) -> None:
    """Raises Refused. `_format` goes before the header, as FHIR has it."""
    asked = request.GET.get("_format", request.headers.get("Accept", ""))
    # A plus in an address comes as a blank.
    parts = asked.replace("fhir json", "fhir+json").split(",")
    kinds = {part.partition(";")[0].strip().lower() for part in parts}
    if not kinds & set(JSON_KINDS):
        raise Refused(406, "This server speaks application/fhir+json.")
