"""Every answer in `application/fhir+json`, and every error an OperationOutcome."""

from __future__ import annotations

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse

FHIR_JSON = "application/fhir+json; charset=utf-8"
# FHIR's words for a status.
ISSUE = {
    400: "invalid",
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    406: "not-supported",
    429: "throttled",
    500: "exception",
    503: "transient",
}


class Refused(Exception):
    """What a view cannot answer: `status`, and why in words that name nobody."""

    def __init__(self, status: int, why: str, **headers: str) -> None:
        super().__init__(why)
        self.status, self.why = status, why
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}

    @property
    def answer(self) -> HttpResponse:
        return outcome(self.status, self.why, self.headers)


def answer(resource: dict[str, Any], status: int = 200) -> HttpResponse:
    """Kept nowhere: what is in it is a patient's."""
    text = json.dumps(resource, ensure_ascii=False, cls=DjangoJSONEncoder)
    return HttpResponse(
        text, status=status, content_type=FHIR_JSON, headers={"Cache-Control": "no-store"}
    )


def outcome(status: int, why: str, headers: dict[str, str] | None = None) -> HttpResponse:
    severity = "fatal" if status >= 500 else "error"
    issue = {"severity": severity, "code": ISSUE[status], "diagnostics": why}
    told = answer({"resourceType": "OperationOutcome", "issue": [issue]}, status)
    for name, value in (headers or {}).items():
        told.headers[name] = value
    return told


def is_for_programs(request: HttpRequest) -> bool:
    """Whether a program asks, which reads no page."""
    return request.path == "/fhir" or request.path.startswith("/fhir/")


def try_again() -> HttpResponse:
    return outcome(503, "This server is busy. Try again.", {"Retry-After": "30"})


def broken() -> HttpResponse:
    return outcome(500, "Something broke. It is noted; nothing was given out.")
