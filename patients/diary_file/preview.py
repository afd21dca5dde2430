"""A first look into a file, for the person who says what its columns hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import BinaryIO

from patients.diary_file.columns import SAMPLE, Header, guess_columns, read_sample
from patients.diary_file.lines import DiaryRow
from patients.diary_file.regions import key

ROWS_FOR_NAMES = 2_000
MOST_NAMES = 40
SHOWN = 5


@dataclass(frozen=True)
class Preview:
    """The first rows of a file and the guess at its columns."""

    header: Header
    rows: list[DiaryRow]

    @property
    def guess(self) -> dict[str, str]:
        return guess_columns(self.header, self.rows[:SAMPLE])

    @property
    def first(self) -> list[DiaryRow]:
        """A few rows to show."""
        return self.rows[:SHOWN]

    def names(self, column: str, others: Iterable[str] = ()) -> list[str]:
        """The different names in a column, as they come, and `others` behind them."""
        if column not in self.header.columns:
            return []
        position = self.header.columns.index(column)
        found: dict[str, str] = {}
        for name in (*(row.cells[position].strip() for row in self.rows), *others):
            if name:
                found.setdefault(key(name), name)
        return list(found.values())[:MOST_NAMES]


def look_into(stream: BinaryIO, header: Header) -> Preview:
    rows = read_sample(stream, header, ROWS_FOR_NAMES)
    return Preview(header, [row for row in rows if not header.is_repeated_by(row.cells)])
