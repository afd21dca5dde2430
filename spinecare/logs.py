"""Structured logs without health data: only keys on this list reach a line, and no error's message."""

import logging
import traceback
from collections.abc import Iterator, MutableMapping
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import structlog
from django.http import HttpRequest, HttpResponse
from django_structlog.middlewares import RequestMiddleware

ALLOWED_KEYS = {
    "event", "level", "timestamp", "request", "request_id", "user_id", "code",
    "exception", "task", "trials", "flags", "sent", "failed", "seconds", "clinic_id",
    "job", "row", "error", "method", "reason", "check",
}  # fmt: skip


REFUSED = {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}
logger = structlog.get_logger(__name__)


def keep_allowed_keys(
    _logger: object, _method: str, line: MutableMapping[str, Any]
) -> dict[str, Any]:
    """Drop what nobody declared safe: a new key has to be thought about first."""
    return {key: value for key, value in line.items() if key in ALLOWED_KEYS}


def places_of(exc_info: Any) -> str:
    """Kinds of errors and where they were raised, the first cause last; never what they say.

    The database puts the row that it refused into its message, a parser the text that it could not read.
    """
    return "\nraised from\n".join(map(_place, _causes(exc_info[1])))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _place(error: BaseException) -> str:
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    constraint = getattr(getattr(error, "diag", None), "constraint_name", None)
    steps = "".join(traceback.format_tb(error.__traceback__))
    return f"{kind} {constraint or ''}".strip() + f"\n{steps}"


def keep_refusals_short(
    _logger: object, _method: str, line: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """A request that Django refuses (too large, ten thousand fields) is no error of ours: a line with
    the kind, no stack."""
    record: logging.LogRecord = line["_record"]
    if record.name.startswith("django.security."):
        line.pop("exc_info", None)
        kind = record.name.removeprefix("django.security.")
        line.update({"event": "request refused", "error": kind, "level": "warning"})
    return line


def keep_the_event_plain(
    _logger: object, _method: str, line: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """A library's line about an error repeats what it says: its words stay, what it filled in goes."""
    record: logging.LogRecord = line["_record"]
    if "exception" in line:
        line["event"] = f"{record.name}: {record.msg}"
    return line


def is_known() -> bool:
    """Whether this request is of somebody who is signed in (accounts.middleware.Person has said so)."""
    return structlog.contextvars.get_contextvars().get("user_id") is not None


class RequestLog(RequestMiddleware):
    """One line a request, when it is answered: method and route, never the path, which may hold a token
    or a search."""

    def prepare(self, request: HttpRequest) -> None:
        request_id = request.headers.get("X-Request-ID") or str(uuid4())
        structlog.contextvars.bind_contextvars(request_id=request_id)

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        """Somebody signed in who asks for what is not theirs is an event of its own: a page of another role
        (403), or a row that they may not see, which is not there for them (404)."""
        match = request.resolver_match
        asked = match is not None and (response.status_code == HTTPStatus.FORBIDDEN or match.kwargs)
        if asked and response.status_code in REFUSED and is_known():
            logger.warning(
                "access refused", code=response.status_code, request=self.format_request(request)
            )
        super().handle_response(request, response)

    @staticmethod
    def bind_user_id(request: HttpRequest) -> None:
        """accounts.middleware.Person has done it. To ask who it is in order to write that the database is
        away would need the database."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        match = request.resolver_match
        return f"{request.method} {match.route if match else 'unknown'}"


def logging_at(level: str) -> dict[str, Any]:
    """Django's LOGGING: lines of JSON on standard output.

    Its own lines about refused and broken requests carry the full path, which may hold a token; the request
    log says the same without it.
    """
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "processor": structlog.processors.JSONRenderer(),
        "foreign_pre_chain": [
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            keep_refusals_short,
            structlog.processors.ExceptionRenderer(places_of),
            keep_the_event_plain,
        ],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": formatter},
        "handlers": {"stdout": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stdout"], "level": level},
        "loggers": {
            "django.request": {"level": "CRITICAL"},
            "django.security.csrf": {"level": "ERROR"},
            # One line a job, when it is done; that it was sent and taken on says nothing more.
            "celery.beat": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
        },
    }


def set_up_lines() -> None:
    """What the product's own lines go through; the last to touch them is the formatter above."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.filter_by_level,
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(places_of),
            keep_allowed_keys,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
