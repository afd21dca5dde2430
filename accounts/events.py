"""Log lines about who signed in, who was refused, and what changed in how they sign in.

Each line carries the request's id, which nginx writes beside the address that it came from; no line names
an e-mail, a password or a code. They listen to Django's and allauth's signals because those are the only
places that see every way in.
"""

from __future__ import annotations

from typing import Any

import structlog
from allauth.account import signals as account
from allauth.mfa import signals as mfa
from django.contrib.auth import signals as auth

from accounts.models import User

logger = structlog.get_logger(__name__)


def listen() -> None:
    auth.user_logged_in.connect(_signed_in, dispatch_uid="log signed in")
    auth.user_logged_out.connect(_signed_out, dispatch_uid="log signed out")
    auth.user_login_failed.connect(_refused, dispatch_uid="log refused")
    account.authentication_step_completed.connect(_shown, dispatch_uid="log shown")
    account.login_code_rejected.connect(_wrong_code, dispatch_uid="log wrong code")
    mfa.authentication_failed.connect(_wrong_factor, dispatch_uid="log wrong second factor")
    for event, signal in {
        "password set": account.password_set,
        "password changed": account.password_changed,
        "password reset": account.password_reset,
        "address changed": account.email_changed,
        "second factor added": mfa.authenticator_added,
        "second factor removed": mfa.authenticator_removed,
        "recovery codes renewed": mfa.authenticator_reset,
    }.items():
        _listen(signal, event)


def _shown(user: User, method: str, **_rest: Any) -> None:
    """One step of signing in, or of showing again that it is still they: which kind."""
    logger.info("shown", user_id=user.pk, method=method)


def _wrong_code(user: User, **_rest: Any) -> None:
    logger.warning("wrong code", user_id=user.pk)


def _wrong_factor(user: User, authenticator: Any, **_rest: Any) -> None:
    """The main one is named where a code fits none of them."""
    logger.warning("wrong second factor", user_id=user.pk, method=str(authenticator.type))


def _listen(signal: Any, event: str) -> None:
    def log(user: User, **_rest: Any) -> None:
        logger.info(event, user_id=user.pk)

    signal.connect(log, weak=False, dispatch_uid=f"log {event}")


def _signed_in(user: User, **_rest: Any) -> None:
    logger.info("signed in", user_id=user.pk)


def _signed_out(user: User | None, **_rest: Any) -> None:
    if user is not None:
        logger.info("signed out", user_id=user.pk)


def _refused(**_rest: Any) -> None:
    """Nobody is named: what was typed may be another person's address, or a password in the wrong box."""
    logger.warning("sign-in refused")
