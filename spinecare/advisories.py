"""`python -m spinecare.advisories check | write FOLDER`: is a package that we pin known to be weak?

`make lint` runs `check`, which needs no network: requirements/advisories.json holds, for the packages of
our locks only, which versions an advisory of the Python Packaging Advisory Database speaks of. `write` makes
that file from a checkout of the database. What an advisory says stays there: its id finds it.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import yaml
from packaging.version import Version

BASE = Path(__file__).resolve().parents[1] / "requirements"
LIST = BASE / "advisories.json"
LOCKS = ("base.txt", "embedded.txt", "dev.txt")
PINNED = re.compile(r"^([\w.-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)
# After so long the list is said to be old. It is only said: lint must not depend on the day.
OLD = timedelta(days=30)


class Span(NamedTuple):
    """Versions from one on, until the one that mends it (none: nothing mends it yet)."""

    introduced: str
    fixed: str | None

    def holds(self, version: Version) -> bool:
        begun = self.introduced == "0" or version >= Version(self.introduced)
        return begun and (self.fixed is None or version < Version(self.fixed))


class Advisory(NamedTuple):
    package: str
    id: str
    spans: list[Span]
    versions: list[str]

    def speaks_of(self, version: str) -> bool:
        """By its spans; by its list where it has none."""
        if self.spans:
            return any(span.holds(Version(version)) for span in self.spans)
        return version in self.versions


def pinned() -> set[tuple[str, str]]:
    """(package, version) of every lock."""
    found = (PINNED.findall((BASE / lock).read_text()) for lock in LOCKS)
    return {(_name(package), version) for pairs in found for package, version in pairs}


def _name(package: str) -> str:
    return re.sub(r"[-_.]+", "-", package).lower()


def known() -> tuple[date, list[Advisory]]:
    """The day that the stored list speaks of, and the list."""
    stored = json.loads(LIST.read_text())
    rows = (
        Advisory(row["package"], row["id"], [Span(*span) for span in row["spans"]], row["versions"])
        for row in stored["advisories"]
    )
    return date.fromisoformat(stored["as_of"]), list(rows)


def weak(locked: set[tuple[str, str]], advisories: list[Advisory]) -> list[str]:
    """A line for each version that an advisory speaks of."""
    return sorted(
        f"{package}=={version}: {advisory.id}"
        for package, version in locked
        for advisory in advisories
        if advisory.package == package and advisory.speaks_of(version)
    )


def check(today: date) -> int:
    as_of, advisories = known()
    found = weak(pinned(), advisories)
    sys.stdout.write("".join(f"{line}\n" for line in found))
    sys.stdout.write(f"{len(found)} of the pinned packages are known to be weak, as of {as_of}\n")
    if today - as_of > OLD:
        sys.stdout.write("That list is old: docs/security.md says how it is renewed.\n")
    return 1 if found else 0


def read(folder: Path, packages: set[str]) -> Iterator[Advisory]:
    """Those of these packages, in a checkout of the database."""
    for package in sorted(packages):
        for file in sorted((folder / "vulns" / package).glob("*.yaml")):
            said = yaml.safe_load(file.read_text())
            if "withdrawn" not in said:
                yield from _advisories(said, package)


def _advisories(said: dict[str, object], package: str) -> Iterator[Advisory]:
    affected: list[dict[str, object]] = said["affected"]  # type: ignore[assignment]
    for each in affected:
        ranges: list[dict[str, object]] = each.get("ranges", [])  # type: ignore[assignment]
        events = [one["events"] for one in ranges if one["type"] == "ECOSYSTEM"]
        spans = [span for each_range in events for span in _spans(each_range)]  # type: ignore[arg-type]
        versions: list[str] = each.get("versions", [])  # type: ignore[assignment]
        yield Advisory(package, str(said["id"]), spans, [] if spans else sorted(versions))


def _spans(events: list[dict[str, str]]) -> Iterator[Span]:
    """The database pairs `introduced` with the `fixed` that follows it."""
    begun = ""
    for event in events:
        if "introduced" in event:
            if begun:
                yield Span(begun, None)
            begun = str(event["introduced"])
        elif "fixed" in event and begun:
            yield Span(begun, str(event["fixed"]))
            begun = ""
    if begun:
        yield Span(begun, None)


def write(folder: Path, as_of: date) -> int:
    rows = [one._asdict() for one in read(folder, {package for package, _version in pinned()})]
    LIST.write_text(json.dumps({"as_of": as_of.isoformat(), "advisories": rows}, indent=1) + "\n")
    sys.stdout.write(f"{len(rows)} advisories about packages of ours, as of {as_of}\n")
    return 0


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["check"]:
            sys.exit(check(datetime.now(UTC).date()))
        case ["write", folder, day]:
            sys.exit(write(Path(folder), date.fromisoformat(day)))
        case _:
            sys.exit(__doc__)
