from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from accounts.actions.second_factor import reseal
from accounts.middleware import act_as


class Command(BaseCommand):
    help = "Seal what second factors keep with the first of MFA_KEYS; then the others can be taken out."

    def handle(self, *_args: Any, **_options: Any) -> None:
        with act_as(None, "command: reseal"):
            self.stdout.write(f"Sealed anew: {reseal()}.")
