"""The first rows of a file, for the person who says what its columns hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from patients.diary_file.columns import SAMPLE, Header, guess_columns, whole_rows
from patients.diary_file.lines import DiaryRow
from patients.diary_file.problems import BadFile
from patients.diary_file.regions import key

MOST_LINES = 200_000
MOST_NAMES = 40
# What is longer is a text, not the name of a part of the body.
LONGEST_PLACE = 60
SHOWN, SHOWN_OF_A_CELL = 5, 60
BLOCK = 65_536


@dataclass
class Preview:
    """What is kept of a first look: the guess (field → column), the cells of a few rows, cut, and the
    different names that stand in each column (column → names). However large the file is, this is small."""

    guess: dict[str, str] = field(default_factory=dict)
    first: list[list[str]] = field(default_factory=list)
    by_column: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def from_json(cls, saved: dict[str, Any]) -> Preview:
        return cls(**saved)

    def to_json(self) -> dict[str, Any]:
        return vars(self)

    def names(self, column: str, others: Iterable[str] = ()) -> list[str]:
        """The different names in a column, in their order, then `others`."""
        if column not in self.by_column:
            return []
        found: dict[str, str] = {}
        for name in (*self.by_column[column], *others):
            found.setdefault(key(name), name)
        return list(found.values())[:MOST_NAMES]


def look_into(stream: BinaryIO, header: Header) -> Preview:
    """Raises BadFile where the file has more lines than are read at once."""
    _refuse_too_many_lines(stream)
    names: dict[str, dict[str, str]] = {column: {} for column in header.columns}
    sample: list[DiaryRow] = []
    for row in whole_rows(stream, header):
        if header.is_repeated_by(row.cells):
            continue
        if len(sample) < SAMPLE:
            sample.append(row)
        for column, cell in zip(header.columns, row.cells, strict=True):
            _note_name(names[column], cell.strip())
    return Preview(
        guess_columns(header, sample),
        [[cell.strip()[:SHOWN_OF_A_CELL] for cell in row.cells] for row in sample[:SHOWN]],
        {column: list(found.values()) for column, found in names.items()},
    )


def _note_name(found: dict[str, str], name: str) -> None:
    if name and len(name) <= LONGEST_PLACE and len(found) < MOST_NAMES:
        found.setdefault(key(name), name)


def _refuse_too_many_lines(stream: BinaryIO) -> None:
    stream.seek(0)
    lines = sum(block.count(b"\n") for block in iter(lambda: stream.read(BLOCK), b""))
    if lines > MOST_LINES:
        raise BadFile(
            f"The file has {lines:,} lines, and {MOST_LINES:,} can be read at once. "
            "Split it into several files and import one after the other."
        )
