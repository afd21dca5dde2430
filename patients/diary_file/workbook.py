"""The first sheet of a workbook (.xlsx) as lines of text, row by row."""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO

from patients.diary_file.leftovers import LINE_BREAK
from patients.diary_file.problems import BadFile

# A workbook is a packed file: what it would fill is looked at before it is opened.
LARGEST_SHEET = 60_000_000
LARGEST_PART = 15_000_000
MOST_PARTS = 2_000
MOST_ROWS = 100_000
MOST_CELLS = 101
LONGEST_CELL = 10_000
TOO_LARGE = "The workbook is too large to be read at once. Save its sheet as CSV and try again."
# As which a workbook that is broken or hostile shows itself to its reader.
BROKEN = (
    ArithmeticError, AttributeError, EOFError, LookupError, NotImplementedError, SyntaxError, TypeError,
    ValueError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip
NO_SHEET = "The workbook has no sheet with a table. Put the diary on its first sheet and try again."
BREAKS = re.compile(r"\r\n|[\r\n]")


def write_sheet(stream: BinaryIO, archive: zipfile.ZipFile) -> Iterator[bytes]:
    """The lines of the first sheet with a table in it, so that a line has the number of its row.
    Raises BadFile."""
    _refuse_too_large(archive)
    yield from _lines(_rows_of(stream))


def _refuse_too_large(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if len(parts) > MOST_PARTS:
        raise BadFile(TOO_LARGE)
    for part in parts:
        is_sheet = part.filename.startswith("xl/worksheets/")
        if part.file_size > (LARGEST_SHEET if is_sheet else LARGEST_PART):
            raise BadFile(TOO_LARGE)


def _rows_of(stream: BinaryIO) -> Iterator[Sequence[Any]]:
    """Loaded here and not above: most files are no workbooks, and the reader is large."""
    from openpyxl import load_workbook

    stream.seek(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about styles, which nobody reads
        try:
            book = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
            sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
            for sheet in sheets:
                sheet.reset_dimensions()
                rows = sheet.iter_rows(max_col=MOST_CELLS, values_only=True)
                if _has_table(rows):
                    yield from sheet.iter_rows(max_col=MOST_CELLS, values_only=True)
                    return
        except BROKEN as problem:
            raise BadFile(NO_SHEET) from problem
    raise BadFile(NO_SHEET)


def _has_table(rows: Iterator[Sequence[Any]]) -> bool:
    """Two rows of two cells."""
    found = 0
    for number, row in enumerate(rows):
        found += sum(cell is not None for cell in row) > 1
        if found > 1 or number > MOST_ROWS:
            break
    return found > 1


def _lines(rows: Iterator[Sequence[Any]]) -> Iterator[bytes]:
    """Empty rows are written where others follow; a sheet may have a million of them at its end."""
    empty = width = 0
    for number, row in enumerate(rows):
        cells = _filled(row)
        if not cells:
            empty += 1
            continue
        if number > MOST_ROWS:
            raise BadFile(TOO_LARGE)
        width = max(width, len(cells))
        yield b"\n" * empty + _line(cells + [""] * (width - len(cells)))
        empty = 0


def _filled(row: Sequence[Any]) -> list[str]:
    """Up to the last cell with something in it."""
    cells = [_text(cell) for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _line(cells: list[str]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerow(cells)
    return buffer.getvalue().encode("utf-8", "replace")


def _text(cell: Any) -> str:
    """A day or a time in one shape, a whole number without a point; a text on one line."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return _moment(cell)
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return format(round(cell, 9), "f").rstrip("0").rstrip(".")
    if isinstance(cell, date | time | timedelta):
        return str(cell)
    return BREAKS.sub(LINE_BREAK, str(cell)[:LONGEST_CELL])


def _moment(cell: datetime) -> str:
    """To the second: a spreadsheet's count of days gives no more."""
    whole = (cell + timedelta(microseconds=500_000)).replace(microsecond=0)
    return str(whole.date()) if whole.time() == time() else str(whole)
