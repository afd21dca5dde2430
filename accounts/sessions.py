"""Django's sessions in the database (docs/adr/0005), read by a statement that is composed once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as InDatabase
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from accounts.composed import composed


@composed(str, datetime)
def _open(key: str, now: datetime) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=now)


class SessionStore(InDatabase):
    def _get_session_from_db(self) -> Any:
        """None where there is none, or it has ended."""
        for session in _open(self.session_key, timezone.now()):
            return session
        self._session_key = None
        return None
