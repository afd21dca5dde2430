"""Which column holds what: read from the header, guessed, and checked before a row is read."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from patients.diary_file.lines import DiaryRow, FilePlace, LineReader, read_rows, split
from patients.diary_file.problems import BadFile, quoted

DELIMITERS = (",", ";", "\t")
MOST_COLUMNS = 100
LONGEST_NAME = 100
# So many rows are guessed from, and so many are looked at to find them.
SAMPLE = 200
LOOKED_AT = 2_000
PARTS = ("day", "month", "year")
SCORES = (
    "average_pain", "worst_pain", "interference", "neck_pain", "back_pain", "arm_pain", "leg_pain",
)  # fmt: skip

# Field, and the names of columns that mean it, without case, spaces and signs.
GUESSES: dict[str, tuple[str, ...]] = {
    "region": ("region", "name", "bodypart", "site", "location", "symptom", "where"),
    "local_date": ("localdate", "reportdate", "diarydate", "day", "date"),
    "day": ("startday", "dayofmonth", "day", "dd"),
    "month": ("startmonth", "month", "mm"),
    "year": ("startyear", "year", "yyyy"),
    "logged_at": ("loggedat", "timestamp", "datetime", "typedat", "createdat", "time", "date"),
    "average_pain": (
        "averagepain", "avgpain", "pain", "painscore", "painintensity", "intensity", "nrs",
        "score", "rating", "level", "value",
    ),
    "worst_pain": ("worstpain", "painworst", "maxpain"),
    "interference": ("interference", "gotintheway", "paininterference"),
    "neck_pain": ("neckpain",),
    "back_pain": ("backpain", "lowbackpain"),
    "arm_pain": ("armpain",),
    "leg_pain": ("legpain",),
    "programme": ("programme", "program", "exercises", "exercise"),
    "medicine": ("medicine", "medication", "drugs"),
    "note": ("note", "notes", "comment", "comments", "remark"),
}  # fmt: skip
FIELDS = tuple(GUESSES)

# A day or an instant is short; looking for one in a long text would take the square of its length.
LONGEST_DAY = 40
LOOKS_LIKE = {
    "local_date": re.compile(r".*[-/. ].*[-/. ]\d{2,4}|\d{4}[-/.]\d{1,2}[-/.]-?\d{1,2}"),
    "logged_at": re.compile(r".*\d[ T]\d{1,2}:\d\d.*"),
    "day": re.compile(r"-?\d{0,2}(\.0)?"),
}


@dataclass(frozen=True)
class Header:
    """The names of the columns (a name that comes twice is numbered), and where the rows begin."""

    columns: tuple[str, ...]
    delimiter: str
    rows_from: FilePlace

    def is_repeated_by(self, cells: Sequence[str]) -> bool:
        return [cell.strip() for cell in cells] == list(self.columns)


def read_header(stream: BinaryIO) -> Header:
    """The first line that is not empty. Raises BadFile."""
    _refuse_other_formats(stream)
    for line in islice(LineReader(stream, FilePlace()), SAMPLE):
        if line.problem:
            raise BadFile(f"The first line should name the columns. {line.problem}")
        if line.text.strip(" ,;\t"):
            return _header(line.text, line.after)
    raise BadFile("The file is empty.")


def _refuse_other_formats(stream: BinaryIO) -> None:
    stream.seek(0)
    start = stream.read(4)
    if start.startswith((b"\xff\xfe", b"\xfe\xff", b"PK\x03\x04")):
        raise BadFile("This is not a plain CSV file. Save it as “CSV UTF-8” and try again.")


def _header(text: str, after: FilePlace) -> Header:
    try:
        tried = {delimiter: split(text, delimiter) for delimiter in DELIMITERS}
    except csv.Error:
        raise BadFile("The first line should name the columns.") from None
    delimiter = max(DELIMITERS, key=lambda sign: len(tried[sign]))
    _refuse_too_many(tried[delimiter])
    return Header(_numbered(tried[delimiter]), delimiter, after)


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


def _numbered(cells: Sequence[str]) -> tuple[str, ...]:
    """Every column under a name of its own."""
    names: dict[str, int] = {}
    for position, cell in enumerate(cells, start=1):
        name = cell.strip() or f"column {position}"
        number = names.get(name, 0)
        while (own := f"{name} ({number + 1})" if number else name) in names:
            number += 1
        names[name] = number + 1
        names.setdefault(own, 1)
    return tuple(names)


def whole_rows(stream: BinaryIO, header: Header) -> Iterator[DiaryRow]:
    """Of the first rows those with a cell for each column."""
    rows = read_rows(
        stream,
        delimiter=header.delimiter,
        width=len(header.columns),
        place=header.rows_from,
    )
    for row in islice(rows, LOOKED_AT):
        if isinstance(row, DiaryRow) and len(row.cells) == len(header.columns):
            yield row


def read_sample(stream: BinaryIO, header: Header) -> list[DiaryRow]:
    """The rows to guess from."""
    return list(islice(whole_rows(stream, header), SAMPLE))


def guess_columns(header: Header, sample: Sequence[DiaryRow]) -> dict[str, str]:
    """Field → column by name, and by the cells where a name can mean two things."""
    named = {re.sub(r"[\W_]", "", column.casefold()): column for column in header.columns}
    guessed: dict[str, str] = {}
    for field, names in GUESSES.items():
        free = (named[name] for name in names if name in named)
        fitting = (column for column in free if column not in guessed.values())
        column = next((c for c in fitting if _looks_like(field, c, header, sample)), None)
        if column is not None:
            guessed[field] = column
    return _without_half_a_day(guessed)


def _looks_like(field: str, column: str, header: Header, sample: Sequence[DiaryRow]) -> bool:
    """Whether at least half of its cells look right for the field; some fields accept anything."""
    if field not in LOOKS_LIKE:
        return True
    position = header.columns.index(column)
    values = [value for row in sample if (value := row.cells[position].strip())]
    short = (value for value in values if len(value) <= LONGEST_DAY)
    fitting = [value for value in short if LOOKS_LIKE[field].fullmatch(value)]
    return 2 * len(fitting) >= len(values)


def _without_half_a_day(guessed: dict[str, str]) -> dict[str, str]:
    whole = all(part in guessed for part in PARTS) and "local_date" not in guessed
    return {field: name for field, name in guessed.items() if whole or field not in PARTS}


def with_choices(guessed: Mapping[str, str], choices: Mapping[str, str]) -> dict[str, str]:
    """The guess, corrected by column → field ("" for a column that is not to be read)."""
    kept = {
        field: column
        for field, column in guessed.items()
        if field not in choices.values() and column not in choices
    }
    return kept | {field: column for column, field in choices.items() if field}


def check_columns(header: Header, columns: Mapping[str, str]) -> None:
    """Refuse, with BadFile, what cannot be read: an unknown name, no score, no day."""
    for field, column in columns.items():
        if field not in FIELDS:
            raise BadFile(f"{quoted(field)} is not a field. The fields are: {', '.join(FIELDS)}.")
        if column not in header.columns:
            known = ", ".join(header.columns)
            raise BadFile(f"The file has no column {quoted(column)}. It has: {known}.")
    if "average_pain" not in columns:
        raise BadFile("No column is given for the pain score (average_pain).")
    _check_day(columns)


def _check_day(columns: Mapping[str, str]) -> None:
    given = [part for part in PARTS if part in columns]
    if given and len(given) < len(PARTS):
        raise BadFile("A day in parts needs three columns: day, month and year.")
    if not given and "local_date" not in columns and "logged_at" not in columns:
        raise BadFile("No column is given for the day (local_date; day, month, year; logged_at).")
