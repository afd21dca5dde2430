"""What the service tells: a text arrived or did not, somebody answered STOP."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.conf import settings

from scheduling.models import TextMessage
from scheduling.rules.phone_number import e164
from scheduling.texts.actions.consent import stop_number

# What carriers ask every sender to obey.
STOPS = {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "ALTO", "BAJA", "PARAR"}


def is_signed(body: bytes, signature: str) -> bool:
    """`sha256=` and the HMAC of the body under SMS_SECRET."""
    if not settings.SMS_SECRET:
        return False
    made = hmac.new(settings.SMS_SECRET.encode(), body, sha256).hexdigest()
    return hmac.compare_digest(f"sha256={made}".encode(), signature.encode())


def hear(*, said: Mapping[str, Any], now: datetime) -> None:
    """{"from", "text"} is an answer, {"id", "status"} is about one of ours; twice is once."""
    if "from" in said:
        words = str(said.get("text", "")).strip().strip(".!").upper()
        phone = e164(str(said["from"]))
        if phone and words in STOPS:
            stop_number(phone=phone, now=now)
        return
    name = str(said.get("id", ""))
    sent = TextMessage.objects.filter(sent_at__isnull=False, delivered_at=None, failed_at=None)
    mine = sent.filter(service_id=name) if name else sent.none()
    if said.get("status") == "delivered":
        mine.update(delivered_at=now)
    elif said.get("status") in ("undelivered", "failed"):
        mine.update(failed_at=now, why=TextMessage.Why.RETURNED)
