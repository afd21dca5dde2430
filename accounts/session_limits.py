"""How long a session goes on: until a pause or a long stay; what a page asks by itself is no presence."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from accounts.home import at_home
from accounts.workplace import workplace

if TYPE_CHECKING:
    from accounts.models import User

# Saved once a minute, not at every request: a save costs more than the rest of a small page.
SEEN_EVERY = timedelta(minutes=1)
# A list that refreshes itself says so in this header; a page that reloads itself, in its address.
HEADER, FIELD = "Spinecare-Automatic", "automatic"


def is_automatic(request: HttpRequest) -> bool:
    """Asked by a page on its own, nobody pressed anything."""
    return HEADER in request.headers or FIELD in request.GET


def left(request: HttpRequest, user: User, now: datetime) -> timedelta:
    """How long this session has still got, if nobody does anything; not more than nothing when it is over."""
    session = request.session
    began = datetime.fromisoformat(session.setdefault("began_at", now.isoformat()))
    seen = datetime.fromisoformat(session.setdefault("seen_at", now.isoformat()))
    kind = "clinic" if user.working_memberships else "patient"
    pause, stay = settings.SESSION_LIMITS[kind]
    return min(seen + pause, began + stay) - now


def note_presence(request: HttpRequest, now: datetime) -> None:
    """Somebody is there."""
    if now - datetime.fromisoformat(request.session["seen_at"]) >= SEEN_EVERY:
        request.session["seen_at"] = now.isoformat()


def hat_of(request: HttpRequest, user: User) -> str:
    """A sign by which a page knows its own reader again, at work in the same clinic; it tells nothing."""
    work = workplace(request)
    home = at_home(request)
    of_whom = f"{user.pk} {work.clinic_id if work else ''} {home.pk if home else ''}"
    return salted_hmac("accounts.session_limits", of_whom).hexdigest()[:32]
