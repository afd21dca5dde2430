"""Which column holds what: guessed by name and by content, and checked before a row is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import BinaryIO

from patients.diary_file.day_column import DayColumn, DayWatch, Horizon
from patients.diary_file.days import LONGEST_DAY, SERIAL, clock_time
from patients.diary_file.header import Header
from patients.diary_file.lines import DiaryRow, FilePlace, Shape, Unreadable, read_rows
from patients.diary_file.names import FIELDS, NAMES, plain_name
from patients.diary_file.problems import BadFile, BadValue, quoted
from patients.diary_file.scores import exact_score

# So many rows are guessed from.
SAMPLE = 200
PARTS = ("day", "month", "year")
# No column is called so.
PARTS_KEY = ""
SCORES = (
    "average_pain", "worst_pain", "interference", "neck_pain", "back_pain", "arm_pain", "leg_pain",
)  # fmt: skip
# A row of an own copy is whole however many lines its note has.
LINES_OF_AN_OWN_ROW = 1_000
PAIN = ("pain", "dolor", "ache", "score", "nrs", "vas", "eva", "intens")
DAY = ("date", "fecha", "day", "dia")
# Words by which a score is another than the day's average.
OTHER = ("worst", "max", "peor", "least", "min", "menor", "goal", "meta")
DAY_SHAPE = re.compile(r".*[-/. ].*[-/. ]\d{2,4}|\d{4}[-/.]\d{1,2}[-/.]-?\d{1,2}")
TIMED_SHAPE = re.compile(r".*\d[ T]\d{1,2}:\d\d.*")
OF_ONE_PLACE = ("back_pain", "neck_pain")


def rows_of(
    stream: BinaryIO, header: Header, *, place: FilePlace | None = None
) -> Iterator[DiaryRow | Unreadable]:
    """All rows of the file, or those from `place` on."""
    shape = Shape(header.delimiter, len(header.columns))
    if header.is_own_copy:
        shape = Shape(header.delimiter, len(header.columns), LINES_OF_AN_OWN_ROW)
    return read_rows(stream, shape, place=place or header.rows_from)


def whole_rows(stream: BinaryIO, header: Header) -> Iterator[DiaryRow]:
    """Those with a cell for each column."""
    for row in rows_of(stream, header):
        if isinstance(row, DiaryRow) and len(row.cells) == len(header.columns):
            yield row


def read_sample(stream: BinaryIO, header: Header) -> list[DiaryRow]:
    """The rows to guess from."""
    return list(islice(whole_rows(stream, header), SAMPLE))


def guess_columns(header: Header, sample: Sequence[DiaryRow]) -> dict[str, str]:
    """Field → column: by name, and by the cells where a name can mean two things; then what is
    missing of day and score by what the cells are."""
    look = _Cells(header, sample)
    named = {plain_name(column): column for column in reversed(header.columns)}
    guessed: dict[str, str] = {}
    for field, names in NAMES.items():
        free = (named[name] for name in names if name in named)
        fitting = (column for column in free if column not in guessed.values())
        if column := next((c for c in fitting if look.may_be(field, c)), None):
            guessed[field] = column
    if not header.is_own_copy:
        _guess_the_rest(guessed, look)
    return _without_half_a_day(guessed)


@dataclass(frozen=True)
class _Cells:
    """What stands in the columns of a sample; where it is empty every name is believed."""

    header: Header
    sample: Sequence[DiaryRow]

    def of(self, column: str) -> list[str]:
        position = self.header.columns.index(column)
        cells = (row.cells[position].strip() for row in self.sample)
        return [cell for cell in cells if cell]

    def may_be(self, field: str, column: str) -> bool:
        looks: dict[str, Callable[[str], bool]] = {
            "local_date": partial(self.is_day, timed=False),
            "logged_at": partial(self.is_day, timed=True),
            "time": self.is_clock,
            "day": self.is_day_of_month,
        }
        return field not in looks or not self.of(column) or looks[field](column)

    def is_day(self, column: str, *, timed: bool) -> bool:
        """Its days may all be broken, which somebody should see."""
        if self.reads_as_day(column, timed=timed) or self.reads_as_day(column, timed=not timed):
            return self.reads_as_day(column, timed=timed)
        return self._mostly(column, lambda cell: _has_shape(cell, timed=timed))

    def reads_as_day(self, column: str, *, timed: bool) -> bool:
        watch = DayWatch(Horizon())
        for cell in self.of(column):
            watch.see(cell)
        return watch.looks_right and watch.column().timed is timed

    def is_clock(self, column: str) -> bool:
        return self._mostly(column, lambda cell: clock_time(cell) is not None)

    def is_day_of_month(self, column: str) -> bool:
        return self._mostly(column, lambda cell: cell.removesuffix(".0").lstrip("-").isdecimal())

    def is_score(self, column: str) -> bool:
        return self._mostly(column, _reads_as_score)

    def is_counted_day(self, column: str) -> bool:
        """Days as a spreadsheet counts them look like any large number."""
        return self._mostly(column, lambda cell: SERIAL.fullmatch(cell) is not None)

    def _mostly(self, column: str, looks: Callable[[str], bool]) -> bool:
        cells = self.of(column)
        return 0 < len(cells) <= 2 * sum(map(looks, cells))


def _has_shape(cell: str, *, timed: bool) -> bool:
    """Of a day, if one that is not in the calendar."""
    shape = TIMED_SHAPE if timed else DAY_SHAPE
    return len(cell) <= LONGEST_DAY and shape.fullmatch(cell) is not None


def _reads_as_score(cell: str) -> bool:
    try:
        exact_score(cell)
    except BadValue:
        return False
    return True


def _guess_the_rest(guessed: dict[str, str], look: _Cells) -> None:
    """Day and score are needed; the names of their columns may be a whole sentence, or none."""
    if not {"local_date", "logged_at", "day"} & {*guessed}:
        _guess_day(guessed, look)
    if "average_pain" not in guessed:
        _guess_score(guessed, look)


def _guess_day(guessed: dict[str, str], look: _Cells) -> None:
    free = [column for column in look.header.columns if column not in guessed.values()]
    called = [column for column in free if _says(column, DAY)]
    plain = [column for column in free if not look.is_counted_day(column)]
    for column in (*called, *plain):
        for field, timed in (("local_date", False), ("logged_at", True)):
            if look.reads_as_day(column, timed=timed):
                guessed[field] = column
                return


def _guess_score(guessed: dict[str, str], look: _Cells) -> None:
    free = [column for column in look.header.columns if column not in guessed.values()]
    scores = [column for column in free if look.is_score(column)]
    called = [c for c in scores if _says(c, PAIN) and not _says(c, OTHER)]
    of_one = [field for field in OF_ONE_PLACE if field in guessed]
    if called:
        guessed["average_pain"] = called[0]
    elif len(of_one) == 1:
        guessed["average_pain"] = guessed.pop(of_one[0])
    elif len(scores) == 1 and not _says(scores[0], OTHER):
        guessed["average_pain"] = scores[0]


def _says(column: str, words: Sequence[str]) -> bool:
    name = plain_name(column)
    return any(word in name for word in words)


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


def day_columns(
    header: Header,
    sample: Sequence[DiaryRow],
    rows: Iterator[DiaryRow],
    horizon: Horizon,
    guess: Mapping[str, str],
) -> dict[str, DayColumn]:
    """Column → what it turned out to be over all rows, for those that hold days; under PARTS_KEY the
    three that are guessed to be one day."""
    look = _Cells(header, sample)
    watches = {
        position: DayWatch(horizon)
        for position, column in enumerate(header.columns)
        if look.reads_as_day(column, timed=False) or look.reads_as_day(column, timed=True)
    }
    parts = [header.columns.index(guess[part]) for part in reversed(PARTS) if part in guess]
    of_parts = DayWatch(horizon)
    for row in rows:
        for position, watch in watches.items():
            watch.see(row.cells[position].strip())
        if parts:
            of_parts.see("-".join(row.cells[position].strip().zfill(2) for position in parts))
    found = {header.columns[position]: watch.column() for position, watch in watches.items()}
    return found | ({PARTS_KEY: of_parts.column()} if parts else {})
