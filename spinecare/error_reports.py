"""Errors to a Sentry-compatible server, where SENTRY_DSN names one: which kind, where, at which route.

What leaves is built from a list of what may leave. Nothing that an error says, no form, no address, no header, no
variable, no person: a message of the database's holds the row that it refused.
"""

from __future__ import annotations

from typing import Any

EVENT = ("event_id", "timestamp", "platform", "level", "environment", "release", "transaction")
ERROR = ("type", "module")
PLACE = ("filename", "function", "module", "lineno", "in_app")


def start(dsn: str, *, environment: str, release: str) -> None:
    """Without a DSN nothing is loaded."""
    if not dsn:
        return
    import sentry_sdk
    from sentry_sdk.integrations.atexit import AtexitIntegration
    from sentry_sdk.integrations.celery import CeleryIntegration
    from sentry_sdk.integrations.django import DjangoIntegration

    sentry_sdk.init(
        dsn=dsn,
        environment=environment,
        release=release,
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[DjangoIntegration(), CeleryIntegration(), AtexitIntegration()],
        send_default_pii=False,
        include_local_variables=False,
        include_source_context=False,
        max_breadcrumbs=0,
        max_request_body_size="never",
        auto_session_tracking=False,
        before_send=scrubbed,  # type: ignore[arg-type]
    )


def scrubbed(event: dict[str, Any], _hint: dict[str, Any]) -> dict[str, Any] | None:
    """What may leave of an event; None, which is nothing, where it is of no error."""
    errors = (event.get("exception") or {}).get("values") or []
    if not errors:
        return None
    values = [_only(error, ERROR) | _places(error) for error in errors]
    return _only(event, EVENT) | {"exception": {"values": values}}


def _places(error: dict[str, Any]) -> dict[str, Any]:
    frames = (error.get("stacktrace") or {}).get("frames") or []
    return {"stacktrace": {"frames": [_only(frame, PLACE) for frame in frames]}}


def _only(given: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: given[name] for name in names if name in given}
