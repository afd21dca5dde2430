from django.conf import settings
from django.core.management.base import BaseCommand

from spinecare.security_tables import render


class Command(BaseCommand):
    help = "Write docs/security-tables.md from the URLs, the audiences and the tables as they are."

    def handle(self, **_options: object) -> None:
        (settings.BASE_DIR / "docs" / "security-tables.md").write_text(render())
