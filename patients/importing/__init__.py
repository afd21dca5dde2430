"""Reading pain diaries from CSV files. Pure: no Django, no database; the caller brings the stream."""

from patients.importing.columns import (
    FIELDS,
    Header,
    check_columns,
    guess_columns,
    read_header,
    read_sample,
    with_choices,
)
from patients.importing.lines import Place, Row, Unreadable, read_rows
from patients.importing.preview import Preview, look_into
from patients.importing.problems import BadFile
from patients.importing.regions import LEFT_OUT, key, spine_region
from patients.importing.rows import Bad, LeftOut, Report, Terms, judge
from patients.importing.tally import Tally

__all__ = [
    "FIELDS",
    "LEFT_OUT",
    "Bad",
    "BadFile",
    "Header",
    "LeftOut",
    "Place",
    "Preview",
    "Report",
    "Row",
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
