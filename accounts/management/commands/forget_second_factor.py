from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts import actions
from accounts.middleware import act_as
from accounts.models import User


class Command(BaseCommand):
    help = (
        "For somebody at work who lost the second factor: an administrator of the clinic vouches."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="the administrator")

    def handle(self, *_args: Any, **options: Any) -> None:
        found = [
            User.objects.filter(email__iexact=options[who], is_active=True).first()
            for who in ("email", "by")
        ]
        user, by = found
        if user is None or by is None:
            raise CommandError("One of these addresses is nobody's.")
        try:
            with act_as(by.pk, "command: forget_second_factor"):
                actions.forget_second_factor(user=user, by=by, now=timezone.now())
        except actions.NobodyVouches as refused:
            raise CommandError("--by is no administrator of a clinic of this person.") from refused
        self.stdout.write("Forgotten. They set up a new one when they sign in next.")
