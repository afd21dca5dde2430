"""The job behind accounts/account_mail.py: only here is it looked up whether somebody is known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import default_token_generator
from allauth.account.utils import filter_users_by_email, user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import translation

from accounts.account_mail import content_of, our_site, signed, unsigned
from accounts.actions.notices import sender
from accounts.actions.set_apart import NO_ROWS_FAULT, JobRun
from accounts.models import AccountMail, Clinic, JobFailure, User

RETRY_AFTER = timedelta(seconds=15)


def send_account_mail(*, now: datetime, most: int = 50) -> int:
    """Send what is due, each in a transaction of its own. The first that fails ends this run, so that
    a dead relay holds no worker; the next one begins with another. Returns how many left."""
    run = JobRun(JobFailure.Job.ACCOUNT_MAIL, now)
    _forget(run)
    done = 0
    while done < most and _deliver_next(run):
        done += 1
    return done


def _forget(run: JobRun) -> None:
    """What is of no use any more, sent or not."""
    old = AccountMail.objects.filter(expires_at__lte=run.now)
    run.done(list(old.values_list("pk", flat=True)))
    old.delete()


def _deliver_next(run: JobRun) -> bool:
    """False when nothing is due, or the one that is could not be sent."""
    with transaction.atomic():
        due = AccountMail.objects.due(run.now).select_for_update(skip_locked=True)
        mail = due.values_list("pk", flat=True).first()
        return mail is not None and _deliver(mail, run)


def _deliver(mail: int, run: JobRun) -> bool:
    """By its key: a bad row must raise where its errors are caught."""
    row = AccountMail.objects.filter(pk=mail)
    try:
        with transaction.atomic():
            for message in _messages(content_of(row.get())):
                message.send()
            run.done([mail])
            row.delete()
    except NO_ROWS_FAULT:
        raise
    except Exception as error:  # noqa: BLE001 - a dead relay, an address that it refuses
        row.update(due_at=run.now + RETRY_AFTER, tries=F("tries") + 1)
        run.failed(mail, error)
        return False
    return True


def _messages(content: dict[str, str]) -> Iterator[EmailMessage]:
    if "reset" in content:
        yield from _resets(content["reset"], content["language"])
    elif content["to"]:
        yield _letter(content["subject"], content["text"], content["to"], _clinic_of(content))


def _letter(subject: str, text: str, to: str, clinic: Clinic | None) -> EmailMessage:
    said = signed(subject, clinic), signed(text, clinic)
    return EmailMessage(*said, from_email=sender(clinic), to=[to])


def _clinic_of(content: dict[str, str]) -> Clinic | None:
    """Of whoever asked, else of whose address it is."""
    of, mine = content.get("of"), Q(email__iexact=content["to"])
    user = User.objects.filter(Q(pk=int(of)) if of else mine).first()
    return user.first_clinic if user else None


def _resets(email: str, language: str) -> Iterator[EmailMessage]:
    """One for the person of this address, none for a stranger's."""
    with translation.override(language):
        for user in filter_users_by_email(email, is_active=True, prefer_verified=True):
            page: dict[str, Any] = {"current_site": our_site(), "password_reset_url": _link(user)}
            page["mail"] = unsigned()
            mail = get_adapter().render_mail("account/email/password_reset_key", email, page)
            yield _letter(str(mail.subject), str(mail.body), email, user.first_clinic)


def _link(user: User) -> str:
    key = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    return f"{settings.SITE_URL}{reverse('account_reset_password_from_key', kwargs=key)}"
