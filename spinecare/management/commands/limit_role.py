from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from spinecare.privileges import limit_role


class Command(BaseCommand):
    help = "Take from the application's database role what would change what is final (run as the owner)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role", help="the role in the application's DATABASE_URL: spinecare")

    def handle(self, *_args: Any, role: str, **_options: Any) -> None:
        self.stdout.write(f"{limit_role(role)} privileges are revoked from {role}.")
