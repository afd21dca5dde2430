"""The outbox: a row is written with the event, a job sends it. Messages name no health matter."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import translation

from accounts.actions.set_apart import NO_ROWS_FAULT, JobRun
from accounts.languages import spoken
from accounts.models import JobFailure, Notice
from accounts.queries import NoticeQuerySet

RETRY_AFTER = timedelta(minutes=5)
MOST_TRIES = 5


def post_notice(*, now: datetime, **fields: Any) -> None:
    """Write one row (the fields of Notice); a second call with the same key changes nothing."""
    row = Notice(due_at=now, **fields)
    Notice.objects.bulk_create([row], ignore_conflicts=True)


def withhold_notice(*, key: str, now: datetime) -> None:
    """Cancel a message that was not sent yet: there is nothing to read any more."""
    Notice.objects.filter(key=key, sent_at=None, given_up_at=None).update(given_up_at=now)


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


def _claim(now: datetime) -> int | None:
    """Claim the key only: a bad row must raise where its errors are caught."""
    due = Notice.objects.due(now).select_for_update(skip_locked=True, of=("self",))
    return due.values_list("pk", flat=True).first()


def _deliver(notice: int, now: datetime) -> bool:
    """True if it was sent. One that failed, for whatever reason, is tried five times; then somebody has
    to look at it."""
    row, run = Notice.objects.filter(pk=notice), JobRun(JobFailure.Job.NOTICES, now)
    try:
        with transaction.atomic():
            _send(row.select_related("clinic").get())
            row.update(sent_at=now, path="", off_path="")
            run.done([notice])
    except NO_ROWS_FAULT:
        raise
    except Exception as error:  # noqa: BLE001 - a name in a header, an address, a template
        _put_off(row, now)
        run.failed(notice, error)
        return False
    return True


def _put_off(row: NoticeQuerySet, now: datetime) -> None:
    row.update(due_at=now + RETRY_AFTER, tries=F("tries") + 1)
    row.filter(tries__gte=MOST_TRIES).update(given_up_at=now)


def _send(notice: Notice) -> None:
    with translation.override(spoken(notice.language)):
        off_link = _address(notice.off_path) if notice.off_path else ""
        context = {"clinic": notice.clinic, "link": _address(notice.path), "off_link": off_link}
        body = render_to_string(f"notices/{notice.kind}.txt", context)
        subject, _, text = body.partition("\n")
    headers = _one_click_off(off_link) if off_link else {}
    EmailMessage(subject, text.strip() + "\n", to=[notice.email], headers=headers).send()


def _address(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def _one_click_off(link: str) -> dict[str, str]:
    """RFC 8058: the mail program shows a button, which posts to the link without signing in."""
    return {"List-Unsubscribe": f"<{link}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
