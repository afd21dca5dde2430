from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from spinecare.doctor import examine


class Command(BaseCommand):
    help = "What an operator asks first; each line that begins with ! says what to do. Changes nothing."
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        findings = list(examine(timezone.now()))
        for one in findings:
            mark, to_do = ("!", f" → {one.to_do}") if one.to_do else (" ", "")
            self.stdout.write(f"{mark} {one.about}: {one.said}{to_do}")
        if any(one.to_do for one in findings):
            sys.exit(1)
