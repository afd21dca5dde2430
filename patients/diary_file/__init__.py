"""Reading pain diaries as people have them. Pure: no Django, no database; the caller brings the stream."""

from patients.diary_file.columns import (
    check_columns,
    guess_columns,
    read_sample,
    rows_of,
    with_choices,
)
from patients.diary_file.day_column import DayColumn, Horizon
from patients.diary_file.days import DAY_FIRST, MONTH_FIRST, YEAR_FIRST
from patients.diary_file.header import Header, read_header
from patients.diary_file.identity import escaped, unescaped
from patients.diary_file.lines import DiaryRow, FilePlace, Shape, Unreadable, read_rows
from patients.diary_file.names import FIELDS
from patients.diary_file.plain import as_plain
from patients.diary_file.preview import Preview, look_into
from patients.diary_file.problems import BadFile
from patients.diary_file.regions import LEFT_OUT, key, spine_region
from patients.diary_file.rows import Bad, Blank, LeftOut, Outcome, Report, Terms, Withdrawn, judge
from patients.diary_file.tally import Tally

__all__ = [
    "DAY_FIRST", "FIELDS", "LEFT_OUT", "MONTH_FIRST", "YEAR_FIRST", "Bad", "BadFile", "Blank", "DayColumn",
    "DiaryRow", "FilePlace", "Header", "Horizon", "LeftOut", "Outcome", "Preview", "Report", "Shape", "Tally",
    "Terms", "Unreadable", "Withdrawn", "as_plain", "check_columns", "escaped", "guess_columns", "judge", "key", "look_into",
    "read_header", "read_rows", "read_sample", "rows_of", "spine_region", "unescaped", "with_choices",
]  # fmt: skip
