from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from pathway.publish import Publication, publish_protocol
from pathway.source import ProtocolRefused
from pathway.source.translated import LANGUAGES


class Command(BaseCommand):
    help = "Check a protocol's source and publish it as a new, unchangeable version."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--dry-run", action="store_true", help="check and report, publish nothing"
        )

    def handle(self, *args: Any, file: Path, dry_run: bool, **options: Any) -> None:
        try:
            with transaction.atomic():
                published = publish_protocol(
                    source=read_source(file), translations=translations_of(file), now=timezone.now()
                )
                transaction.set_rollback(dry_run)
        except ProtocolRefused as refused:
            raise CommandError(f"{file} was not published.\n{refused}") from refused
        self._report(published, dry_run=dry_run)

    def _report(self, published: Publication, *, dry_run: bool) -> None:
        if not published.is_new:
            self.stdout.write(f"Nothing new: {published.protocol} says the same.")
            return
        for change in published.changes:
            self.stdout.write(change)
        done = "Would publish" if dry_run else "Published"
        self.stdout.write(self.style.SUCCESS(f"{done} {published.protocol}."))


def translations_of(file: Path) -> dict[str, str]:
    """By language, from the files beside it: `name.es.toml` beside `name.toml`."""
    beside = {language: file.with_suffix(f".{language}.toml") for language in LANGUAGES}
    return {language: read_source(each) for language, each in beside.items()}


def read_source(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{file} cannot be read: {error}") from error
