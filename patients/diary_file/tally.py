"""What became of the lines: counted while they are read, reported at the end."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from patients.diary_file.rows import Report

MOST_NAMES = 100
LONGEST_NAME = 60
OTHER_NAMES = "other names"


@dataclass
class Tally:
    """`taken` by region, `left_out` by name; `known` are rows that an earlier import had taken."""

    bad: int = 0
    known: int = 0
    rounded: int = 0
    late: int = 0
    day_from_instant: int = 0
    taken: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)

    @classmethod
    def from_json(cls, saved: dict[str, Any]) -> Tally:
        counters = {name: Counter(saved.get(name, {})) for name in ("taken", "left_out")}
        return cls(**{**saved, **counters})

    def to_json(self) -> dict[str, Any]:
        counters = {"taken": dict(self.taken), "left_out": dict(self.left_out)}
        return vars(self) | counters

    def take(self, report: Report) -> None:
        """Count one report that was saved, or would be."""
        self.taken[report.region] += 1
        self.rounded += report.rounded
        self.late += report.is_late
        self.day_from_instant += report.day_from_instant

    def leave_out(self, name: str) -> None:
        """A file may name anything: what is too long for a name, and all beyond a hundred names, share
        one count."""
        fits = len(name) <= LONGEST_NAME and len(self.left_out) < MOST_NAMES
        named = name in self.left_out or fits
        self.left_out[name if named else OTHER_NAMES] += 1

    @property
    def rows(self) -> int:
        """All that were read: each is taken, known, left out or bad."""
        return self.taken_in_all + self.known + self.left_out_in_all + self.bad

    @property
    def taken_in_all(self) -> int:
        return self.taken.total()

    @property
    def left_out_in_all(self) -> int:
        return self.left_out.total()

    @property
    def left_out_names(self) -> list[tuple[str, int]]:
        """The most frequent first."""
        return self.left_out.most_common()
