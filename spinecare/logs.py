"""Structured logs without health data: only keys on this list reach a line."""

from collections.abc import MutableMapping
from typing import Any

from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django_structlog.middlewares import RequestMiddleware

ALLOWED_KEYS = {
    "event", "level", "timestamp", "request", "request_id", "user_id", "code",
    "exception", "task", "trials", "flags", "sent", "failed", "seconds", "clinic_id",
}  # fmt: skip


def keep_allowed_keys(
    _logger: object, _method: str, line: MutableMapping[str, Any]
) -> dict[str, Any]:
    """Drop what nobody declared safe: a new key has to be thought about first."""
    return {key: value for key, value in line.items() if key in ALLOWED_KEYS}


class RequestLog(RequestMiddleware):
    """One line a request: method and route, never the path, which may hold a token or a search."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        try:
            return f"{request.method} {resolve(request.path_info).route}"
        except Resolver404:
            return f"{request.method} unknown"
