"""Which line names the columns: not always the first, sometimes none."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import BinaryIO

from patients.diary_file.days import ways
from patients.diary_file.lines import FilePlace, LineReader, RawLine, fitted, split
from patients.diary_file.names import KNOWN, OWN_COPY, plain_name
from patients.diary_file.problems import BadFile

DELIMITERS = (",", ";", "\t", "|")
MOST_COLUMNS = 100
LONGEST_NAME = 100
# So many lines are looked at, and the names stand in one of the first.
LOOKED_AT = 200
MOST_ABOVE = 40
# A name in quotation marks may run over some lines.
MOST_LINES_OF_NAMES = 5
NO_NAMES = "The first line should name the columns."
SEPARATOR = re.compile(r"sep=(.)", re.IGNORECASE)
HISTORY = "This is the sheet with each change of each log. Import the sheet symptom-log instead."


@dataclass(frozen=True)
class Header:
    """The names of the columns (a name that comes twice is numbered), and where the rows begin."""

    columns: tuple[str, ...]
    delimiter: str
    rows_from: FilePlace

    def is_repeated_by(self, cells: Sequence[str]) -> bool:
        first = cells[0].strip() if cells else ""
        if first and " ".join(first.split()) != self.columns[0]:
            return False
        return numbered(fitted(cells, len(self.columns))) == self.columns

    @property
    def is_own_copy(self) -> bool:
        """Made by this product: its rows know which logs they are."""
        return {*self.columns} >= OWN_COPY


@dataclass(frozen=True)
class _Found:
    """A line that may name the columns: its cells, and where the rows after it begin."""

    cells: tuple[str, ...]
    delimiter: str
    number: int
    rows_from: FilePlace
    width: int

    @property
    def known(self) -> int:
        return len({*map(plain_name, self.cells)} & KNOWN)

    @property
    def merit(self) -> tuple[int, bool, int, int, int]:
        """Two names that are known and rows of its width count most; of equals the first, and the
        one of more columns."""
        has_rows = len(self.cells) == self.width
        return min(self.known, 2), has_rows, self.known, len(self.cells) > 1, -self.number


def read_header(stream: BinaryIO, *, skip: int = 0) -> Header:
    """The line that names the columns, looked for after the first `skip` lines. Raises BadFile."""
    lines = list(islice(LineReader(stream, FilePlace()), skip + LOOKED_AT))[skip:]
    lines, told = _without_separator(lines)
    if not any(line.problem or line.text.strip(" ,;\t|") for line in lines):
        raise BadFile("The file is empty.")
    found = _best(lines, told)
    _refuse_too_many(found.cells)
    header = Header(numbered(found.cells), found.delimiter, found.rows_from)
    if header.is_own_copy and "changed_at" in header.columns:
        raise BadFile(HISTORY)
    return header


def _without_separator(lines: list[RawLine]) -> tuple[list[RawLine], tuple[str, ...]]:
    """Some programs say on the first line which sign parts the columns."""
    found = SEPARATOR.fullmatch(lines[0].text.strip(' "')) if lines else None
    if found is None and lines and lines[0].text.strip() == "sep=":
        return lines[1:], ("\t",)
    return (lines[1:], (found[1],)) if found else (lines, DELIMITERS)


def _best(lines: list[RawLine], delimiters: Sequence[str]) -> _Found:
    found = [one for delimiter in delimiters for one in _candidates(lines, delimiter)]
    if not found:
        problem = next((line.problem for line in lines if line.problem), "")
        raise BadFile(f"{NO_NAMES} {problem}".strip())
    named = [one for one in found if one.known and not _is_a_row(one.cells)]
    best = max(named, key=lambda one: one.merit, default=None)
    if best and (best.known >= 2 or best.merit[1]):
        return best
    return _without_known_names(lines, found)


def _without_known_names(lines: list[RawLine], found: list[_Found]) -> _Found:
    """The first line as wide as most rows; where it is a row itself, the columns have numbers."""
    wide = [one for one in found if len(one.cells) == one.width > 1] or found
    first = max(wide, key=lambda one: (len(one.cells) > 1, -one.number, len(one.cells)))
    if not _is_a_row(first.cells):
        return first
    before = lines[first.number - 1].after if first.number else _start_of(lines)
    return _Found(("",) * len(first.cells), first.delimiter, first.number, before, first.width)


def _start_of(lines: list[RawLine]) -> FilePlace:
    return lines[0].before


def _is_a_row(cells: Sequence[str]) -> bool:
    """It holds a day and a number."""
    days = [cell for cell in cells if ways(cell.strip(), date.max)]
    numbers = [cell for cell in cells if re.fullmatch(r"-?\d+([.,]\d+)?(/10)?", cell.strip())]
    return bool(days) and bool({*numbers} - {*days})


def _candidates(lines: list[RawLine], delimiter: str) -> list[_Found]:
    width = _usual_width(lines, delimiter)
    found = (
        _named_in(lines, number, delimiter, width) for number in range(min(len(lines), MOST_ABOVE))
    )
    return [one for one in found if one is not None]


def _usual_width(lines: Sequence[RawLine], delimiter: str) -> int:
    """Of the rows with more than one cell; of two equally usual ones the larger."""
    widths: Counter[int] = Counter()
    for line in lines:
        try:
            widths[len(split(line.text, delimiter))] += line.text.strip(" ,;\t|") != ""
        except csv.Error:
            continue
    several = [(count, width) for width, count in widths.items() if width > 1]
    return max(several, default=(0, 1))[1]


def _named_in(lines: list[RawLine], number: int, delimiter: str, width: int) -> _Found | None:
    """The names that begin in this line, over as many lines as their quotation marks hold."""
    several = lines[number : number + MOST_LINES_OF_NAMES]
    for last in range(1, len(several) + 1):
        part = several[:last]
        if part[-1].problem or not part[0].text.strip(" ,;\t|"):
            return None
        try:
            cells = split("\n".join(line.text for line in part), delimiter)
        except csv.Error:
            continue
        if len(cells) == 1 and '"' in cells[0]:
            return None
        return _Found(cells, delimiter, number, part[-1].after, width)
    return None


def _refuse_too_many(cells: Sequence[str]) -> None:
    if len(cells) > MOST_COLUMNS:
        raise BadFile(
            f"The first line names {len(cells):,} columns, and {MOST_COLUMNS} can be read at most. "
            "Delete the columns that are no part of the diary and try again."
        )
    for position, cell in enumerate(cells, start=1):
        if len(cell.strip()) > LONGEST_NAME:
            raise BadFile(
                f"The name of column {position} is longer than {LONGEST_NAME} characters. "
                "The first line should name the columns, in a few words each."
            )


def numbered(cells: Sequence[str]) -> tuple[str, ...]:
    """Every column under a name of its own, on one line."""
    names: dict[str, int] = {}
    for position, cell in enumerate(cells, start=1):
        name = " ".join(cell.split()) or f"column {position}"
        number = names.get(name, 0)
        while (own := f"{name} ({number + 1})" if number else name) in names:
            number += 1
        names[name] = number + 1
        names.setdefault(own, 1)
    return tuple(names)
