"""Diaries for the tests: one with every fault found in published ones, and a reader of any text."""

from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from patients.diary_file import (
    Terms,
    check_columns,
    guess_columns,
    judge,
    read_header,
    read_rows,
    read_sample,
)

FAULTS = Path("tests/data/faults.csv")
FAULTY_COLUMNS = {
    "region": "name",
    "day": "startday",
    "month": "startmonth",
    "year": "startyear",
    "logged_at": "date",
    "average_pain": "intensity",
    "typed_in": "America/New_York",
}

NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 3, 10, 15, tzinfo=UTC)


def judged(text, *, chosen=None, regions=("back",), patient=1, columns=None, typed_in=NEW_YORK):
    """Every row of a file, as the import would judge it."""
    stream = BytesIO(text if isinstance(text, bytes) else text.encode())
    header = read_header(stream)
    columns = columns or guess_columns(header, read_sample(stream, header))
    check_columns(header, columns)
    terms = Terms(
        header=header,
        columns=columns,
        chosen=chosen or {},
        regions=frozenset(regions),
        patient=patient,
        birth_date=date(1972, 5, 4),
        zone=NEW_YORK,
        typed_in=typed_in,
        now=NOW,
    )
    rows = read_rows(
        stream, delimiter=header.delimiter, width=len(header.columns), place=header.rows_from
    )
    return [judge(row, terms) for row in rows]
