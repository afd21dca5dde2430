"""The copy as one ZIP: a CSV file for each sheet, and one page that people can read."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import IO, Any

from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from patients.diary_file import escaped
from patients.models import Patient
from patients.portal.export.labels import COLUMNS, TITLES, is_left_out
from patients.portal.export.tables import ExportTable

PAGE = "my-record.html"


def write_zip(file: IO[bytes], patient: Patient, sheets: Sequence[ExportTable]) -> None:
    """Row by row into `file`; nothing is held as a whole."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for sheet in sheets:
            with archive.open(f"{sheet.name}.csv", "w") as member:
                _write_csv(member, sheet)
        with archive.open(PAGE, "w") as member:
            _write_page(member, patient, sheets)


def _write_csv(member: IO[bytes], sheet: ExportTable) -> None:
    # The mark at the start tells spreadsheets that it is UTF-8.
    text = io.TextIOWrapper(member, "utf-8-sig", newline="")
    writer = csv.writer(text)
    writer.writerow(sheet.columns)
    for row in sheet.rows:
        writer.writerow([safe(cell) for cell in row])
    text.flush()
    text.detach()


def safe(cell: Any) -> Any:
    """As it is, unless a spreadsheet would run it; an instant to its last digit."""
    if isinstance(cell, datetime):
        return cell.isoformat()
    return escaped(cell) if isinstance(cell, str) else cell


def _write_page(member: IO[bytes], patient: Patient, sheets: Sequence[ExportTable]) -> None:
    """The frame is cut at the place of the sheets, so that these can be written one by one."""
    cut = token_hex(16)  # nobody's name holds it
    frame = render_to_string("patients/portal/my_record.html", {"patient": patient, "cut": cut})
    head, tail = frame.split(cut)
    member.write(head.encode())
    for sheet in map(_to_read, sheets):
        if sheet.columns:
            member.write(render_to_string("patients/portal/_sheet.html", {"sheet": sheet}).encode())
    member.write(tail.encode())


@dataclass(frozen=True)
class Plain:
    """A sheet for the eye: with names, and without what is empty."""

    title: str | Promise
    columns: list[str | Promise]
    rows: Iterable[list[Any]]


def _to_read(sheet: ExportTable) -> Plain:
    filled = sorted({place for row in sheet.rows for place in _filled(sheet, row)})
    return Plain(
        title=TITLES.get(sheet.name, sheet.name),
        columns=[COLUMNS.get(name := sheet.columns[place], name) for place in filled],
        rows=([_in_words(row[place]) for place in filled] for row in sheet.rows),
    )


def _filled(sheet: ExportTable, row: Sequence[Any]) -> Iterable[int]:
    """Zero is a value."""
    return (
        place
        for place, (name, cell) in enumerate(zip(sheet.columns, row, strict=True))
        if not is_left_out(name) and cell not in (None, "", "{}", "[]")
    )


def _in_words(cell: Any) -> Any:
    if isinstance(cell, bool):
        return _("Yes") if cell else _("No")
    return cell.isoformat(timespec="minutes") if isinstance(cell, datetime) else cell
