"""The first rows of a file, for the person who says what its columns hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, BinaryIO

from patients.diary_file.columns import PARTS_KEY, SAMPLE, day_columns, guess_columns, whole_rows
from patients.diary_file.day_column import DayColumn, Horizon
from patients.diary_file.header import Header
from patients.diary_file.lines import DiaryRow
from patients.diary_file.problems import BadFile
from patients.diary_file.regions import key

MOST_LINES = 200_000
# So many rows are looked at for names.
LOOKED_AT = 2_000
ANY = Horizon()
MOST_NAMES = 40
# What is longer is a text, not the name of a part of the body.
LONGEST_PLACE = 60
SHOWN, SHOWN_OF_A_CELL = 5, 60
BLOCK = 65_536


@dataclass
class Preview:
    """What is kept of a first look: the guess (field → column), the cells of a few rows, cut, the
    different names that stand in each column (column → names), and of the columns with days what they
    turned out to be. However large the file is, this is small."""

    guess: dict[str, str] = field(default_factory=dict)
    first: list[list[str]] = field(default_factory=list)
    by_column: dict[str, list[str]] = field(default_factory=dict)
    days: dict[str, DayColumn] = field(default_factory=dict)

    @classmethod
    def from_json(cls, saved: dict[str, Any]) -> Preview:
        days = {name: DayColumn.from_json(day) for name, day in saved.get("days", {}).items()}
        return cls(**saved | {"days": days})

    def to_json(self) -> dict[str, Any]:
        return vars(self) | {"days": {name: day.to_json() for name, day in self.days.items()}}

    def day_column(self, columns: Mapping[str, str]) -> DayColumn:
        """Of these columns (field → column) the one that gives the day; a plain one where three do."""
        parts = PARTS_KEY if "day" in columns else ""
        name = columns.get("local_date") or parts or columns.get("logged_at", "")
        return self.days.get(name, DayColumn())

    def doubts(self, columns: Mapping[str, str]) -> list[DayColumn]:
        """Columns of days in `columns` that can be meant in two ways."""
        chosen = {columns.get(name) for name in ("local_date", "logged_at")}
        return [day for name, day in self.days.items() if name in chosen and day.asks]

    def is_in_doubt(self, columns: Mapping[str, str]) -> bool:
        return bool(self.doubts(columns))

    def needs_line_order(self, columns: Mapping[str, str]) -> bool:
        """Whether days come twice, and nothing but the place in the file says which came later."""
        typed = self.days.get(columns.get("logged_at", ""), DayColumn())
        has_time = "time" in columns or typed.timed
        return self.day_column(columns).several and not has_time

    def names(self, column: str, others: Iterable[str] = ()) -> list[str]:
        """The different names in a column, in their order, then `others`."""
        if column not in self.by_column:
            return []
        found: dict[str, str] = {}
        for name in (*self.by_column[column], *others):
            found.setdefault(key(name), name)
        return list(found.values())[:MOST_NAMES]


def look_into(stream: BinaryIO, header: Header, horizon: Horizon = ANY) -> Preview:
    """Raises BadFile where the file has more lines than are read at once."""
    _refuse_too_many_lines(stream)
    rows = _but_names(whole_rows(stream, header), header)
    names: dict[str, dict[str, str]] = {column: {} for column in header.columns}
    sample: list[DiaryRow] = []
    for row in islice(rows, LOOKED_AT):
        if len(sample) < SAMPLE:
            sample.append(row)
        for column, cell in zip(header.columns, row.cells, strict=True):
            _note_name(names[column], cell.strip())
    whole = _but_names(whole_rows(stream, header), header)
    guess = guess_columns(header, sample)
    return Preview(
        guess,
        [[cell.strip()[:SHOWN_OF_A_CELL] for cell in row.cells] for row in sample[:SHOWN]],
        {column: list(found.values()) for column, found in names.items()},
        day_columns(header, sample, whole, horizon, guess),
    )


def _but_names(rows: Iterable[DiaryRow], header: Header) -> Iterator[DiaryRow]:
    """Without empty rows, and without the names of the columns repeated."""
    for row in rows:
        if any(map(str.strip, row.cells)) and not header.is_repeated_by(row.cells):
            yield row


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
