from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.middleware import act_as
from spinecare.retention import delete_expired


class Command(BaseCommand):
    help = (
        "Delete rows whose time is over (spinecare/retention.toml); run as the owner of the tables."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        with act_as(None, "command: delete expired"):
            for label, number in delete_expired(now=timezone.now()).items():
                self.stdout.write(f"{label}: {number}")
