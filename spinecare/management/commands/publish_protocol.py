"""pathway's command, with the one thing that pathway cannot know: the patients (docs/adr/0008)."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.utils import timezone

from pathway.management.commands import publish_protocol
from pathway.management.commands.publish_protocol import read_source
from pathway.source import Reviewed, read
from patients.models import Kind
from patients.review.replay import PERIOD, Replayed, replays


class Command(publish_protocol.Command):
    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--replay",
            action="store_true",
            help=f"publish nothing; count the flags that the last {PERIOD.days} days would have "
            "had, against the version that each clinic uses",
        )

    def handle(self, *args: Any, file: Path, dry_run: bool, **options: Any) -> None:
        replay = options["replay"]
        super().handle(*args, file=file, dry_run=dry_run or replay, **options)
        if replay:
            self._replay(read(read_source(file)))

    def _replay(self, reviewed: Reviewed) -> None:
        clinics = replays(reviewed.content["key"], timezone.now())
        total = sum(len(each.runs) for each in clinics)
        self._done = 0
        for clinic in clinics:
            self._say(clinic.under(reviewed.thresholds, lambda n: self._progress(n, total)))
        if not clinics:
            self.stdout.write("No clinic uses this protocol.")

    def _progress(self, trials: int, total: int) -> None:
        self._done += trials
        if self.stderr.isatty():
            end = "\n" if self._done == total else ""
            self.stderr.write(f"\r{100 * self._done // total:3} % replayed", ending=end)

    def _say(self, replayed: Replayed) -> None:
        self.stdout.write(
            f"{replayed.clinic}: flags of the last {PERIOD.days} days, {replayed.trials} trials"
        )
        for kind in Kind:
            old, new = replayed.old[kind], replayed.new[kind]
            if old or new:
                self.stdout.write(f"  {kind.label}: {old} → {new}")
        if not replayed.old + replayed.new:
            self.stdout.write("  none under either version")
