from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from patients.models import Flag
from patients.review.selectors.explain import Change, Explanation, explain


class Command(BaseCommand):
    help = "Work a flag's findings out again from the stored rows: the same, or what differs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("flag", type=int, metavar="ID")

    def handle(self, *_args: Any, flag: int, **_options: Any) -> None:
        found = Flag.objects.filter(pk=flag).first()
        if found is None:
            raise CommandError(f"There is no flag {flag}.")
        self.stdout.write(f"Flag {found.pk}: {found.get_kind_display()}, {found.sentence}")
        explained = explain(found)
        for explanation in explained:
            self._say(explanation)
        if not explained:
            self.stdout.write("No rule found this: it came from a person.")

    def _say(self, explanation: Explanation) -> None:
        finding = explanation.finding
        self.stdout.write(f"\n{finding.rule}, as of {finding.as_of}: {finding.sentence}")
        self.stdout.write(f"  rules {finding.rule_version}, {finding.protocol}")
        if explanation.is_other_version:
            self.stdout.write(f"  The rules are now version {explanation.version_now}.")
        if explanation.is_same:
            self.stdout.write(self.style.SUCCESS("  same"))
        self._list("The record has changed since:", explanation.record)
        self._list("The present rules read that day's entries differently:", explanation.rules)
        self._list("Worked out today:", explanation.numbers)

    def _list(self, heading: str, changes: Sequence[Change]) -> None:
        if changes:
            self.stdout.write(f"  {heading}")
        for change in changes:
            self.stdout.write(f"    {change}")
