from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts import actions
from accounts.middleware import act_as
from accounts.models import User


class Command(BaseCommand):
    help = "Sign somebody out on every device, or everybody (--all): a lost phone, a leaked backup."

    def add_arguments(self, parser: ArgumentParser) -> None:
        whom = parser.add_mutually_exclusive_group(required=True)
        whom.add_argument("email", nargs="?")
        whom.add_argument("--all", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        whom = User.objects.all()
        if not options["all"]:
            whom = whom.filter(email__iexact=options["email"])
        with act_as(None, "command: end_sessions"):
            ended = actions.end_sessions(users=whom, now=timezone.now())
        if not ended:
            raise CommandError("Nobody is known by this address.")
        self.stdout.write(f"Signed out: {ended}.")
