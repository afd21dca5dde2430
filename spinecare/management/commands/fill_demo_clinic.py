from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.middleware import act_as


class Command(BaseCommand):
    help = "Fill the demo clinic with sixty simulated people; does nothing when it is there."

    def handle(self, *_args: Any, **_options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Demo people live in demo mode only: set SPINECARE_MODE=demo.")
        from spinecare.demo.fill import NotEmpty, fill

        try:
            with act_as(None, "command: fill_demo_clinic"):
                is_new = fill(now=timezone.now(), say=lambda what: self.stdout.write(f"  {what}"))
        except NotEmpty as error:
            raise CommandError(
                "This database has clinics of its own, so no demo people were added. "
                "Name another in DATABASE_URL, or unset it to get a private one."
            ) from error
        self.stdout.write("The demo clinic is ready." if is_new else "The demo clinic is there.")
