"""What became of the lines: counted while they are read, reported at the end."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from patients.diary_file.rows import Report

MOST_NAMES = 100
LONGEST_NAME = 60
OTHER_NAMES = "other names"
COUNTERS = ("taken", "left_out", "to_note")


@dataclass
class Tally:
    """`taken` by region, `left_out` by name, `to_note` by column: cells that could not be read and stand
    in the note; `known` are rows that the record has already, `withdrawn` those of an own copy that were
    taken back."""

    bad: int = 0
    known: int = 0
    blank: int = 0
    withdrawn: int = 0
    rounded: int = 0
    late: int = 0
    day_from_instant: int = 0
    taken: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    to_note: Counter[str] = field(default_factory=Counter)

    @classmethod
    def from_json(cls, saved: dict[str, Any]) -> Tally:
        counters = {name: Counter(saved.get(name, {})) for name in COUNTERS}
        return cls(**{**saved, **counters})

    def to_json(self) -> dict[str, Any]:
        return vars(self) | {name: dict(getattr(self, name)) for name in COUNTERS}

    def take(self, report: Report) -> None:
        """Count one report that was saved, or would be."""
        self.taken[report.region] += 1
        self.rounded += report.rounded
        self.late += report.is_late
        self.day_from_instant += report.day_from_instant
        self.to_note.update(report.to_note)

    def leave_out(self, name: str) -> None:
        """A file may name anything: what is too long for a name, and all beyond a hundred names, share
        one count."""
        fits = len(name) <= LONGEST_NAME and len(self.left_out) < MOST_NAMES
        named = name in self.left_out or fits
        self.left_out[name if named else OTHER_NAMES] += 1

    @property
    def rows(self) -> int:
        """All that were read: each is taken, known, withdrawn, left out, blank or bad."""
        found = self.taken_in_all + self.left_out_in_all
        return found + self.known + self.withdrawn + self.blank + self.bad

    @property
    def taken_in_all(self) -> int:
        return self.taken.total()

    @property
    def left_out_in_all(self) -> int:
        return self.left_out.total()

    @property
    def to_note_names(self) -> list[tuple[str, int]]:
        """Columns, the most frequent first."""
        return self.to_note.most_common()

    @property
    def left_out_names(self) -> list[tuple[str, int]]:
        """The most frequent first."""
        return self.left_out.most_common()
