from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from pathway.management.commands.publish_protocol import read_source
from pathway.publish_criteria import publish_criteria
from pathway.source import ProtocolRefused


class Command(BaseCommand):
    # A folder stands for the sets in it.
    help = "Check criteria sets of payers and publish each as a new, unchangeable version."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", type=Path, nargs="+")

    @transaction.atomic
    def handle(self, *_args: Any, files: list[Path], **_options: Any) -> None:
        for file in _each(files):
            try:
                published, is_new = publish_criteria(source=read_source(file), now=timezone.now())
            except ProtocolRefused as refused:
                raise CommandError(f"{file}: nothing was published.\n{refused}") from refused
            done = "Published" if is_new else "Nothing new:"
            self.stdout.write(f"{done} {published}.")


def _each(paths: list[Path]) -> list[Path]:
    return [
        file
        for path in paths
        for file in (sorted(path.glob("*.toml")) if path.is_dir() else [path])
    ]
