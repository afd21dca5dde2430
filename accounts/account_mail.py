"""E-mail about signing in leaves through the database: the request writes one sealed row and knows nothing
of the relay, so that neither its answer nor its time tells who has an account."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from types import SimpleNamespace
from urllib.parse import urlsplit

from django.conf import settings

from accounts.models import AccountMail, Clinic
from accounts.sealing import seal, unseal

# The longest that a code counts (ACCOUNT_LOGIN_BY_CODE_TIMEOUT and its like in settings.py).
CODE_COUNTS = timedelta(minutes=10)
NEWS_COUNTS = timedelta(days=1)
CLINIC, PHONE = "⟦clinic⟧", "⟦phone⟧"


def post_account_mail(*, counts: timedelta, now: datetime, **content: str) -> None:
    """`content` is a message (to, subject, text; without `to` it is for nobody) or a wish for a new
    password (reset: the address, language)."""
    AccountMail.objects.create(
        sealed=seal(json.dumps(content)), due_at=now, expires_at=now + counts
    )


def content_of(mail: AccountMail) -> dict[str, str]:
    content: dict[str, str] = json.loads(unseal(mail.sealed))
    return content


def unsigned() -> dict[str, object]:
    """What a message says of the clinic until the job knows to whom it goes: the request must not ask
    more about a known address than about a stranger's."""
    minutes = settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60
    return {"clinic": CLINIC, "phone": PHONE, "minutes": minutes}


def signed(text: str, clinic: Clinic | None) -> str:
    """With the clinic's name and phone; without a clinic no line names a phone."""
    if clinic is None:
        lines = (line for line in text.splitlines() if PHONE not in line)
        return "\n".join(lines).replace(CLINIC, "Spinecare")
    return text.replace(CLINIC, clinic.name).replace(PHONE, clinic.phone)


def our_site() -> SimpleNamespace:
    """How messages call us: by the settings. What a request says of its host, its sender chose."""
    host = urlsplit(settings.SITE_URL).netloc
    return SimpleNamespace(name=host, domain=host)
