"""Which report a row is: the same words of the same patient are the same report."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from uuid import UUID, uuid5

from patients.diary_file.days import read
from patients.diary_file.problems import BadValue, quoted
from patients.diary_file.scores import NUMBER

NAMESPACE = UUID("6f1d1a3c-6f0e-5d6b-9b55-0d2f4a8c7e21")
# A cell that begins so is a formula to a spreadsheet, to some also in the wide letters of East Asia.
FORMULA = "=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20"
ESCAPED = re.compile(rf"'+[{FORMULA}]")
TO_ESCAPE = re.compile(rf"'*[{FORMULA}]")


def escaped(text: str) -> str:
    """A text that no spreadsheet takes for a formula; `unescaped` gives the text again."""
    return f"'{text}" if TO_ESCAPE.match(text) else text


def unescaped(text: str) -> str:
    return text[1:] if ESCAPED.match(text) else text


def own_id(text: str) -> UUID:
    """Of a row of an own copy, which says it itself."""
    try:
        return UUID(text)
    except ValueError:
        raise BadValue(f"{quoted(text)} is not the name of a log.") from None


def row_id(
    patient: int,
    columns: Sequence[str],
    cells: Sequence[str],
    orders: Mapping[int, str],
    today: date,
) -> UUID:
    """Of the words of a row, whatever the order of columns or lines, the program that saved the file
    and what somebody said that the columns hold. So a row is taken once, in however many files."""
    filled = sorted(
        f"{name}\x1f{_canonical(cell.strip(), orders.get(place), today)}"
        for place, (name, cell) in enumerate(zip(columns, cells, strict=True))
        if cell.strip()
    )
    return uuid5(NAMESPACE, "\x1e".join([str(patient), *filled]))


@lru_cache(maxsize=8192)
def _canonical(cell: str, order: str | None, today: date) -> str:
    """A day or a number in one shape, whatever it was written like."""
    if order is not None:
        try:
            return str(read(cell, order, today))
        except BadValue:
            return cell
    if not NUMBER.fullmatch(cell):
        return cell
    number = Decimal(cell.replace(",", "."))
    return format(number.normalize(), "f") if number else "0"
