from __future__ import annotations

from argparse import ArgumentParser
from datetime import time
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts import actions
from accounts.middleware import act_as
from accounts.models.clinic import workdays

DETAILS = (
    *("name", "time_zone", "address", "phone", "phone_opens", "phone_closes", "phone_weekdays"),
    "alert_email",
)


class Command(BaseCommand):
    help = "Open a clinic and invite its first administrator by e-mail."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--time-zone", required=True, help="IANA, e.g. America/New_York")
        parser.add_argument("--address", default="")
        parser.add_argument("--phone", required=True)
        parser.add_argument("--phone-opens", type=time.fromisoformat, default=time(8))
        parser.add_argument("--phone-closes", type=time.fromisoformat, default=time(17))
        parser.add_argument(
            "--phone-weekdays", type=int, nargs="+", default=workdays(), help="Monday is 0"
        )
        parser.add_argument(
            "--alert-email", required=True, help="told of an urgent flag that waits"
        )
        parser.add_argument("--administrator-email", required=True)
        parser.add_argument("--administrator-name", required=True)

    def handle(self, *_args: Any, **options: Any) -> None:
        details = {key: options[key] for key in DETAILS}
        try:
            with act_as(None, "command: open_clinic"):
                clinic = actions.open_clinic(
                    administrator_email=options["administrator_email"],
                    administrator_name=options["administrator_name"],
                    now=timezone.now(),
                    **details,
                )
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        self.stdout.write(
            f"{clinic} is open. The invitation leaves with the next run of the outbox."
        )
