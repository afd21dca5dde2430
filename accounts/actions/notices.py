"""The outbox: a row is written with the event, a job sends it. Messages name no health matter."""

from __future__ import annotations

from datetime import datetime, timedelta
from smtplib import SMTPException
from typing import Any

import structlog
from anymail.exceptions import AnymailError
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import translation

from accounts.models import Notice

logger = structlog.get_logger(__name__)

RETRY_AFTER = timedelta(minutes=5)
MOST_TRIES = 5


def post_notice(*, now: datetime, **fields: Any) -> None:
    """Write one row (the fields of Notice); a second call with the same key changes nothing."""
    row = Notice(due_at=now, **fields)
    Notice.objects.bulk_create([row], ignore_conflicts=True)


def send_due_notices(*, now: datetime, most: int = 100) -> int:
    """Send what is due, each in a transaction of its own so that one bad address stops no other."""
    sent = 0
    for _turn in range(most):
        with transaction.atomic():
            notice = _claim(now)
            if notice is None:
                break
            sent += _deliver(notice, now)
    return sent


def _claim(now: datetime) -> Notice | None:
    due = Notice.objects.due(now).select_related("clinic")
    return due.select_for_update(skip_locked=True, of=("self",)).first()


def _deliver(notice: Notice, now: datetime) -> bool:
    """True when it left. A failed one waits, five times, then somebody has to look at it."""
    try:
        _send(notice)
    except (OSError, SMTPException, AnymailError):
        logger.warning("notice not sent", clinic_id=notice.clinic_id)
        _put_off(notice, now)
        return False
    Notice.objects.filter(pk=notice.pk).update(sent_at=now, path="")
    return True


def _put_off(notice: Notice, now: datetime) -> None:
    row = Notice.objects.filter(pk=notice.pk)
    if notice.tries + 1 >= MOST_TRIES:
        row.update(given_up_at=now, tries=F("tries") + 1)
    else:
        row.update(due_at=now + RETRY_AFTER, tries=F("tries") + 1)


def _send(notice: Notice) -> None:
    with translation.override(notice.language):
        context = {"clinic": notice.clinic, "link": f"{settings.SITE_URL}{notice.path}"}
        body = render_to_string(f"notices/{notice.kind}.txt", context)
        subject, _, text = body.partition("\n")
    send_mail(subject, text.strip() + "\n", None, [notice.email])
