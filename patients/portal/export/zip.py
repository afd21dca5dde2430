"""The copy as one ZIP: a CSV file for each sheet, and one page that people can read."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Hashable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from secrets import token_hex
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.template import Context
from django.template.base import render_value_in_context
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from patients.diary_file import escaped
from patients.models import Patient
from patients.portal.export.labels import COLUMNS, TITLES, is_left_out
from patients.portal.export.tables import ExportTable

PAGE = "my-record.html"
IN_MEMORY = 2_000_000  # characters; more lies in a file
CHUNK = 64_000
EMPTY = (None, "", "{}", "[]")


def write_zip(file: IO[bytes], patient: Patient, sheets: Sequence[ExportTable]) -> None:
    """Row by row into `file`, each row read once; nothing is held as a whole."""
    with (
        SpooledTemporaryFile(max_size=IN_MEMORY, mode="w+", encoding="utf-8") as tables,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for sheet in sheets:
            with archive.open(f"{sheet.name}.csv", "w") as member:
                _write_sheet(member, tables, sheet)
        with archive.open(PAGE, "w") as member:
            _write_page(member, patient, tables)


def _write_sheet(member: IO[bytes], tables: IO[str], sheet: ExportTable) -> None:
    """As CSV into the archive, and for the eye to the end of `tables`."""
    with SpooledTemporaryFile(max_size=IN_MEMORY, mode="w+", encoding="utf-8") as kept:
        read = SheetToRead(sheet, kept)
        # The mark at the start tells spreadsheets that it is UTF-8.
        text = io.TextIOWrapper(member, "utf-8-sig", newline="")
        writer = csv.writer(text)
        writer.writerow(sheet.columns)
        for row in sheet.rows:
            writer.writerow([safe(cell) for cell in row])
            read.add(row)
        text.flush()
        text.detach()
        tables.writelines(read.drawn())


def safe(cell: Any) -> Any:
    """As it is, unless a spreadsheet would run it; an instant to its last digit."""
    if isinstance(cell, datetime):
        return cell.isoformat()
    return escaped(cell) if isinstance(cell, str) else cell


def _write_page(member: IO[bytes], patient: Patient, tables: IO[str]) -> None:
    """The frame is cut at the place of the sheets, which are written already."""
    cut = token_hex(16)  # nobody's name holds it
    frame = render_to_string("patients/portal/my_record.html", {"patient": patient, "cut": cut})
    head, tail = frame.split(cut)
    member.write(head.encode())
    tables.seek(0)
    for part in iter(lambda: tables.read(CHUNK), ""):
        member.write(part.encode())
    member.write(tail.encode())


class SheetToRead:
    """A sheet for the eye: with names, and without the columns in which everything is empty, which are
    known only at its end. Until then its rows lie in a file, each a list of cells as HTML."""

    def __init__(self, sheet: ExportTable, kept: IO[str]) -> None:
        self.sheet, self.kept = sheet, kept
        self.filled: set[int] = set()
        self.shown = [place for place, name in enumerate(sheet.columns) if not is_left_out(name)]
        # Of this copy alone: days, numbers and words that come again.
        self.drawn_before = lru_cache(maxsize=2048)(_drawn)

    def add(self, row: Sequence[Any]) -> None:
        cells = [row[place] for place in self.shown]
        self.filled.update(
            place for place, cell in zip(self.shown, cells, strict=True) if cell not in EMPTY
        )
        self.kept.write(json.dumps([self._draw(cell) for cell in cells]) + "\n")

    def _draw(self, cell: Any) -> str:
        draw = self.drawn_before if isinstance(cell, Hashable) else _drawn
        return draw(type(cell).__name__, cell)

    def drawn(self) -> Iterator[str]:
        """Nothing where nothing is filled in."""
        chosen = [at for at, place in enumerate(self.shown) if place in self.filled]
        if not chosen:
            return
        yield self._head([self.sheet.columns[self.shown[at]] for at in chosen])
        self.kept.seek(0)
        for line in self.kept:
            cells = json.loads(line)
            yield f"<tr>{''.join(cells[at] for at in chosen)}</tr>\n"
        yield "</tbody></table>\n"

    def _head(self, names: list[str]) -> str:
        title = TITLES.get(self.sheet.name, self.sheet.name)
        columns = format_html_join(
            "", '<th scope="col">{}</th>', ((COLUMNS.get(n, n),) for n in names)
        )
        return format_html(
            '<h2>{}</h2>\n<table border="1"><thead><tr>{}</tr></thead>\n<tbody>', title, columns
        )


def _drawn(_kind: str, cell: Any) -> str:
    """As a template writes it: dates and numbers in the reader's language. Zero is a value."""
    words = "" if cell is None else render_value_in_context(_in_words(cell), Context())
    return f"<td>{words}</td>"


def _in_words(cell: Any) -> Any:
    if isinstance(cell, bool):
        return _("Yes") if cell else _("No")
    return cell.isoformat(timespec="minutes") if isinstance(cell, datetime) else cell
