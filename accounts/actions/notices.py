"""The outbox: a row is written with the event, a job sends it. Messages name no health matter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import formataddr, parseaddr
from enum import Enum
from smtplib import SMTPRecipientsRefused
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext

from accounts.actions.set_apart import NO_ROWS_FAULT, JobRun
from accounts.languages import spoken
from accounts.last_look import ask_before, enclosures
from accounts.models import Clinic, JobFailure, Notice
from accounts.queries import NoticeQuerySet
from accounts.reminder_words import own_words
from accounts.return_address import return_address


@dataclass(frozen=True)
class Patience:
    """How a message is tried again: after five minutes, then after twice as long each time."""

    longest: timedelta
    tries: int


FIRST_WAIT = timedelta(minutes=5)
FOR_DAYS = Patience(timedelta(hours=6), 20)  # almost four
A_WEEK_OFTEN = Patience(timedelta(minutes=30), 340)
BRIEFLY = Patience(FIRST_WAIT, 5)  # the message is at fault, or somebody calls instead
PATIENCE = {
    Notice.Kind.URGENT_FLAG: A_WEEK_OFTEN,
    Notice.Kind.VISIT_REMINDER: BRIEFLY,
    Notice.Kind.WAITLIST_OFFER: BRIEFLY,
}
PERMANENT = 500  # the least code of a mail server that says never
Failure = Notice.Failure


def post_notice(*, now: datetime, **fields: Any) -> None:
    """Write one row (the fields of Notice); a second call with the same key changes nothing."""
    row = Notice(due_at=now, **fields)
    Notice.objects.bulk_create([row], ignore_conflicts=True)


def withhold_notice(*, key: str, now: datetime) -> None:
    """Cancel a message that was not sent yet: there is nothing to read any more."""
    Notice.objects.filter(key=key, sent_at=None, given_up_at=None).update(given_up_at=now)


class Outcome(Enum):
    SENT = "sent"
    NOT_NOW = "not now"
    RELAY_AWAY = "relay away"
    NOTHING_DUE = "nothing due"


def send_due_notices(*, now: datetime, most: int = 100) -> int:
    """Send what is due, each in a transaction of its own so that one bad address stops no other. A relay
    that is away ends the run, or each message would wait for it; the next run begins with another."""
    sent = 0
    for _turn in range(most):
        with transaction.atomic():
            notice = _claim(now)
            outcome = _deliver(notice, now) if notice else Outcome.NOTHING_DUE
        sent += outcome is Outcome.SENT
        if outcome in {Outcome.RELAY_AWAY, Outcome.NOTHING_DUE}:
            break
    return sent


def _claim(now: datetime) -> int | None:
    """Claim the key only: a bad row must raise where its errors are caught."""
    due = Notice.objects.due(now).select_for_update(skip_locked=True, of=("self",))
    return due.values_list("pk", flat=True).first()


def _deliver(notice: int, now: datetime) -> Outcome:
    row, run = Notice.objects.filter(pk=notice), JobRun(JobFailure.Job.NOTICES, now)
    try:
        with transaction.atomic():
            left = _leave(row.select_related("clinic").get(), now)
            run.done([notice])
    except NO_ROWS_FAULT:
        raise
    except SMTPRecipientsRefused as refused:
        _refused(row, refused, now)
    except OSError as error:
        _put_off(row, now, _patience(row))
        run.failed(notice, error)
        return Outcome.RELAY_AWAY
    except Exception as error:  # noqa: BLE001 - a name in a header, an address, a template
        _put_off(row, now, BRIEFLY)
        run.failed(notice, error)
    else:
        return Outcome.SENT if left else Outcome.NOT_NOW
    return Outcome.NOT_NOW


def _patience(row: NoticeQuerySet) -> Patience:
    return PATIENCE.get(Notice.Kind(row.values_list("kind", flat=True).get()), FOR_DAYS)


def _leave(notice: Notice, now: datetime) -> bool:
    """Send it if it is still wanted. Whoever decides that keeps what it is about as it is until this
    transaction has ended."""
    row, hold = Notice.objects.filter(pk=notice.pk), ask_before(notice, now)
    if hold is None:
        _send(notice, now)
        row.update(sent_at=now, path="", off_path="")
    elif hold.until is None:
        row.update(given_up_at=now, path="", off_path="")
    else:
        row.update(due_at=hold.until)
    return hold is None


def _refused(row: NoticeQuerySet, refused: SMTPRecipientsRefused, now: datetime) -> None:
    """For good (5xx): there is no use in trying again. Else like any other failure."""
    if any(code < PERMANENT for code, _said in refused.recipients.values()):
        _put_off(row, now, _patience(row))
    else:
        row.update(tries=F("tries") + 1, given_up_at=now, **_failed(Failure.REFUSED, now))


def _put_off(row: NoticeQuerySet, now: datetime, patience: Patience) -> None:
    tries = row.values_list("tries", flat=True).get() + 1
    wait = min(FIRST_WAIT * 2 ** min(tries - 1, 12), patience.longest)
    row.update(due_at=now + wait, tries=tries)
    if tries >= patience.tries:
        row.update(given_up_at=now, **_failed(Failure.NOT_SENT, now))


def _failed(failure: Failure, now: datetime) -> dict[str, Any]:
    return {"failed_at": now, "failure": failure}


def _send(notice: Notice, now: datetime) -> None:
    with translation.override(spoken(notice.language)):
        off_link = _address(notice.off_path) if notice.off_path else ""
        context = {"clinic": notice.clinic, "link": _address(notice.path), "off_link": off_link}
        context["own_words"] = own_words(notice.clinic, notice.kind, notice.language)
        body = render_to_string(f"notices/{notice.kind}.txt", context)
        subject, _, text = body.partition("\n")
        if notice.whom:
            subject = f"{subject} ({notice.whom})"
            text = gettext("This is for %(whom)s.") % {"whom": notice.whom} + f"\n{text}"
        enclosed = enclosures(notice, now)
    headers = _one_click_off(off_link) if off_link else {}
    headers["Message-ID"] = message_id(notice)
    mail = EmailMultiAlternatives(subject, text.strip() + "\n", to=[notice.email], headers=headers)
    mail.from_email = sender(notice.clinic)
    if comes_back_to := return_address(notice.pk):
        headers["From"] = mail.from_email  # what is read; the relay answers to the other
        mail.from_email = comes_back_to
    for one in enclosed:
        if one.beside:
            mail.attach_alternative(one.content.decode(), one.mimetype)
        mail.attach(one.name, one.content, one.mimetype)
    mail.send()


def sender(clinic: Clinic | None) -> str:
    """The installation's address, under the clinic's name where it has chosen one."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return formataddr(((clinic.sender_name if clinic else "") or name, address))


def message_id(notice: Notice) -> str:
    """The same each time that it is sent: where a sender died after the mail had left, mail programs
    show the second as the first."""
    name = salted_hmac("accounts.notices", notice.key).hexdigest()[:32]
    return f"<{name}@{parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition('@')[2]}>"


def _address(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def _one_click_off(link: str) -> dict[str, str]:
    """RFC 8058: the mail program shows a button, which posts to the link without signing in."""
    return {"List-Unsubscribe": f"<{link}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
