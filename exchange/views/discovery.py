"""What anybody may read: what this server can do, and where a token is to be had; and the token itself."""

from __future__ import annotations

from allauth.core.ratelimit import consume
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from accounts.access import public
from exchange.access import must_take_json
from exchange.actions import NothingGranted, NotProved, grant_token
from exchange.capability import capability_statement, smart_configuration
from exchange.outcome import Refused, answer
from exchange.tokens import LASTS, scope

GRANT = "client_credentials"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
NOT_KEPT = {"Cache-Control": "no-store", "Pragma": "no-cache"}


def token_url() -> str:
    return f"{settings.SITE_URL}{reverse('fhir_token')}"


@csrf_exempt
@public
def metadata(request: HttpRequest) -> HttpResponse:
    if request.method not in ("GET", "HEAD"):
        return Refused(405, "This server is read only.", Allow="GET, HEAD").answer
    try:
        must_take_json(request)
    except Refused as refused:
        return refused.answer
    return answer(capability_statement(token_url()))


@csrf_exempt
@public
def smart(request: HttpRequest) -> HttpResponse:
    if request.method not in ("GET", "HEAD"):
        return Refused(405, "This server is read only.", Allow="GET, HEAD").answer
    return JsonResponse(smart_configuration(token_url()))


@csrf_exempt
@public
def token(request: HttpRequest) -> HttpResponse:
    """SMART Backend Services. Its errors are those of OAuth (RFC 6749, 5.2)."""
    if request.method != "POST":
        return Refused(405, "Ask for a token by POST.", Allow="POST").answer
    if not consume(request, action="fhir_token"):
        return _refused("slow_down", 429)
    if request.POST.get("grant_type") != GRANT:
        return _refused("unsupported_grant_type")
    try:
        return _granted(request.POST)
    except NotProved:
        return _refused("invalid_client", 401)
    except NothingGranted:
        return _refused("invalid_scope")


def _granted(sent: QueryDict) -> JsonResponse:
    """Raises NotProved, NothingGranted."""
    if sent.get("client_assertion_type") != ASSERTION:
        raise NotProved
    made, names = grant_token(
        assertion=sent.get("client_assertion", ""),
        wanted=sent.get("scope", ""),
        audience=token_url(),
        now=timezone.now(),
    )
    said = {
        "access_token": made,
        "token_type": "bearer",
        "expires_in": LASTS,
        "scope": " ".join(map(scope, names)),
    }
    return JsonResponse(said, headers=NOT_KEPT)


def _refused(error: str, status: int = 400) -> JsonResponse:
    return JsonResponse({"error": error}, status=status, headers=NOT_KEPT)
