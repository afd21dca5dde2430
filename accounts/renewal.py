"""A session gets another name when its person shows again who they are; when what they sign in with
changes, their other sessions end.

By signal: allauth's pages and ours for a fresh code change these things, and each of them sends one.
"""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from allauth.usersessions.models import UserSession
from django.http import HttpRequest

from accounts.models import User

# A new password needs none: it ends the others by itself (`User._get_session_auth_hash`).
CHANGES = (mfa.authenticator_added, mfa.authenticator_removed, account.email_changed)


def listen() -> None:
    account.authentication_step_completed.connect(_renew, dispatch_uid="renew the session")
    for number, signal in enumerate(CHANGES):
        signal.connect(_end_the_others, dispatch_uid=f"end other sessions {number}")


def _renew(request: HttpRequest, *, reauthenticated: bool = False, **_rest: Any) -> None:
    """Whoever had learnt the old name is out. At sign-in Django gives a new one by itself."""
    if reauthenticated:
        before = request.session.session_key
        request.session.cycle_key()
        kept = UserSession.objects.filter(session_key=before)
        kept.update(session_key=request.session.session_key)


def _end_the_others(user: User, request: HttpRequest | None = None, **_rest: Any) -> None:
    """None is kept where an operator changed it, not a page."""
    own = request.session.session_key if request is not None else None
    for other in UserSession.objects.filter(user=user).exclude(session_key=own):
        other.end()
