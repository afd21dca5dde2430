"""Mail that came back is read: the outbox says so, and whoever it was for is called."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.message import EmailMessage

from django.conf import settings

from accounts.actions.notices import message_id
from accounts.bounces.mailbox import read_each
from accounts.bounces.report import Report, report_of
from accounts.models import Notice
from accounts.queries import NoticeQuerySet

COMES_BACK_WITHIN = timedelta(days=14)


def read_bounces(*, now: datetime) -> int:
    """Returns how many of our mails came back. A report that is read twice counts once."""
    returned: list[int] = []

    def take(message: EmailMessage) -> None:
        report = report_of(message)
        if report is not None:
            returned.append(note_returned(report=report, now=now))

    read_each(settings.BOUNCE_MAILBOX, take)
    return sum(returned)


def note_returned(*, report: Report, now: datetime) -> int:
    """How many rows that was: none where it is not ours, or was known."""
    sent = _sent(report, now)
    fresh = sent.filter(sent_at__isnull=False, failed_at=None)
    return fresh.update(failed_at=now, failure=Notice.Failure.RETURNED)


def _sent(report: Report, now: datetime) -> NoticeQuerySet:
    if report.notice is not None:
        return Notice.objects.filter(pk=report.notice)
    lately = Notice.objects.filter(sent_at__gte=now - COMES_BACK_WITHIN)
    theirs = lately.filter(email__iexact=report.recipient) if report.recipient else lately.none()
    mine = [row.pk for row in theirs if message_id(row) == report.message_id]
    return Notice.objects.filter(pk__in=mine)
