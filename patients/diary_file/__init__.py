"""Reading pain diaries from CSV files. Pure: no Django, no database; the caller brings the stream."""

from patients.diary_file.columns import (
    FIELDS,
    Header,
    check_columns,
    guess_columns,
    read_header,
    read_sample,
    with_choices,
)
from patients.diary_file.lines import DiaryRow, FilePlace, Unreadable, read_rows
from patients.diary_file.preview import Preview, look_into
from patients.diary_file.problems import BadFile
from patients.diary_file.regions import LEFT_OUT, key, spine_region
from patients.diary_file.rows import Bad, LeftOut, Report, Terms, judge
from patients.diary_file.tally import Tally

__all__ = [
    "FIELDS",
    "LEFT_OUT",
    "Bad",
    "BadFile",
    "DiaryRow",
    "FilePlace",
    "Header",
    "LeftOut",
    "Preview",
    "Report",
    "Tally",
    "Terms",
    "Unreadable",
    "check_columns",
    "guess_columns",
    "judge",
    "key",
    "look_into",
    "read_header",
    "read_rows",
    "read_sample",
    "spine_region",
    "with_choices",
]
