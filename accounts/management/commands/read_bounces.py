from __future__ import annotations

from imaplib import IMAP4
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.bounces.mailbox import UnknownMailbox
from accounts.bounces.reading import read_bounces
from accounts.middleware import act_as


class Command(BaseCommand):
    help = "Read the mailbox of mails that came back (BOUNCE_MAILBOX) once, as the worker does every five minutes."

    def handle(self, *_args: Any, **_options: Any) -> None:
        if not settings.BOUNCE_MAILBOX:
            raise CommandError("BOUNCE_MAILBOX names no mailbox: docs/operations.md says how.")
        try:
            with act_as(None, "command: read_bounces"):
                returned = read_bounces(now=timezone.now())
        except (OSError, IMAP4.error, UnknownMailbox) as error:
            raise CommandError(f"The mailbox cannot be read: {type(error).__name__}.") from error
        self.stdout.write(f"Came back: {returned}.")
