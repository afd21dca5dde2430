"""Diaries for the tests: one with every fault found in published ones, and a reader of any text."""

from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from patients.diary_file import (
    Horizon,
    Terms,
    as_plain,
    check_columns,
    judge,
    look_into,
    read_header,
    rows_of,
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


BORN = date(1972, 5, 4)


def judged(text, *, chosen=None, regions=("back",), patient=1, columns=None, skip=0, **how):
    """Every row of a file, as the import would judge it."""
    given = BytesIO(text if isinstance(text, bytes) else text.encode())
    with as_plain(given) as stream:
        return _judged(stream, chosen, regions, patient, columns, skip, how)


def _judged(stream, chosen, regions, patient, columns, skip, how):
    header = read_header(stream, skip=skip)
    look = look_into(stream, header, Horizon(BORN, NOW.astimezone(NEW_YORK).date()))
    columns = columns or look.guess
    check_columns(header, columns)
    terms = Terms(
        header=header,
        columns=columns,
        chosen=chosen or {},
        regions=frozenset(regions),
        patient=patient,
        birth_date=BORN,
        zone=NEW_YORK,
        now=NOW,
        days=look.days,
        **{"typed_in": NEW_YORK, **how},
    )
    return [judge(row, terms) for row in rows_of(stream, header)]
