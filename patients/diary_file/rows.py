"""From a row's cells to a report that can be saved, or to the reason why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import cached_property
from uuid import UUID, uuid5

from patients.diary_file import days
from patients.diary_file.columns import SCORES, Header
from patients.diary_file.lines import DiaryRow, Unreadable
from patients.diary_file.problems import BadValue, quoted
from patients.diary_file.regions import region_of
from patients.diary_file.scores import MEDICINE, PROGRAMME, choice, exact_score, whole

NAMESPACE = UUID("6f1d1a3c-6f0e-5d6b-9b55-0d2f4a8c7e21")
LONGEST_NOTE = 1000
LONGEST_CELL = 2_000


@dataclass(frozen=True)
class Terms:
    """How the rows of one file are read, for whom, and when.

    `chosen` says for names of regions (in the shape of `regions.key`) where they go; `regions` are
    those that the patient has an episode for; `typed_in` is the zone of instants without one.
    """

    header: Header
    columns: Mapping[str, str]
    chosen: Mapping[str, str]
    regions: frozenset[str]
    patient: int
    birth_date: date
    zone: tzinfo
    typed_in: tzinfo
    now: datetime

    @cached_property
    def positions(self) -> dict[str, int]:
        return {field: self.header.columns.index(name) for field, name in self.columns.items()}

    @cached_property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def cell(self, row: DiaryRow, field: str) -> str:
        position = self.positions.get(field)
        return "" if position is None else row.cells[position].strip()


@dataclass(frozen=True)
class Report:
    """One report of pain, ready to be saved. `rounded` and `day_from_instant` are for the summary."""

    line: int
    submission_id: UUID
    region: str
    local_date: date
    logged_at: datetime
    is_late: bool
    values: dict[str, int | str]
    rounded: bool
    day_from_instant: bool


@dataclass(frozen=True)
class LeftOut:
    """A row about something else."""

    line: int
    name: str


@dataclass(frozen=True)
class Bad:
    """A line that could not be taken, and why."""

    line: int
    reason: str


def judge(row: DiaryRow | Unreadable, terms: Terms) -> Report | LeftOut | Bad:
    """Decide about one row: a report, left out, or bad."""
    if isinstance(row, Unreadable):
        return Bad(row.line, row.reason)
    try:
        _check_shape(row, terms.header)
        region = _region(row, terms)
        if region is None:
            return LeftOut(row.line, terms.cell(row, "region"))
        return _report(row, region, terms)
    except BadValue as problem:
        return Bad(row.line, str(problem))


def _check_shape(row: DiaryRow, header: Header) -> None:
    if not any(cell.strip() for cell in row.cells):
        raise BadValue("The line is empty.")
    if header.is_repeated_by(row.cells):
        raise BadValue("The line with the names of the columns is repeated here.")
    expected, found = len(header.columns), len(row.cells)
    if found != expected:
        raise BadValue(f"The line has {found} columns, the first line has {expected}.")
    if any(len(cell) > LONGEST_CELL for cell in row.cells):
        raise BadValue(f"The line has a cell of more than {LONGEST_CELL:,} characters.")


def _region(row: DiaryRow, terms: Terms) -> str | None:
    """Where the row goes; None where it is about something else."""
    if "region" not in terms.positions:
        return _only_region(terms)
    name = terms.cell(row, "region")
    if not name:
        raise BadValue("The line does not say which part of the body it is about.")
    region = region_of(name, terms.chosen)
    if region is not None and region not in terms.regions:
        raise BadValue(f"The patient has no open episode for the {region}.")
    return region


def _only_region(terms: Terms) -> str:
    if len(terms.regions) != 1:
        raise BadValue("The patient has no open episode, or more than one.")
    return next(iter(terms.regions))


def _report(row: DiaryRow, region: str, terms: Terms) -> Report:
    scores, rounded = _scores(row, terms)
    given, typed = _given_day(row, terms), _typed(row, terms)
    day = given or (typed and typed.astimezone(terms.zone).date())
    if day is None:
        raise BadValue("The line has no day.")
    _check_day(day, terms)
    return Report(
        line=row.line,
        submission_id=submission_id(terms.patient, terms.header, row),
        region=region,
        local_date=day,
        logged_at=typed or _noon(day, row.line, terms.zone),
        is_late=typed is not None and _is_late(day, typed, terms),
        values={**scores, **_words(row, terms)},
        rounded=rounded,
        day_from_instant=given is None,
    )


def _scores(row: DiaryRow, terms: Terms) -> tuple[dict[str, int | str], bool]:
    """Whole scores of the columns that are there and filled, and whether one had to be rounded."""
    if not terms.cell(row, "average_pain"):
        raise BadValue("The score is empty.")
    exact = {field: exact_score(text) for field in SCORES if (text := terms.cell(row, field))}
    return (
        {field: whole(score) for field, score in exact.items()},
        any(score != whole(score) for score in exact.values()),
    )


def _words(row: DiaryRow, terms: Terms) -> dict[str, int | str]:
    note = terms.cell(row, "note")
    if len(note) > LONGEST_NOTE:
        raise BadValue(f"The note is longer than {LONGEST_NOTE:,} characters.")
    return {
        "programme": choice(terms.cell(row, "programme"), PROGRAMME, "exercises"),
        "medicine": choice(terms.cell(row, "medicine"), MEDICINE, "medicine"),
        "note": note,
    }


def _given_day(row: DiaryRow, terms: Terms) -> date | None:
    if text := terms.cell(row, "local_date"):
        return days.calendar_day(text)
    return days.day_in_parts(*(terms.cell(row, part) for part in ("day", "month", "year")))


def _typed(row: DiaryRow, terms: Terms) -> datetime | None:
    text = terms.cell(row, "logged_at")
    if not text:
        return None
    typed = days.instant(text, terms.typed_in)
    if typed > terms.now:
        raise BadValue(f"It was typed at {quoted(text)}, which is in the future.")
    if typed.date() < terms.birth_date:
        raise BadValue(f"It was typed at {quoted(text)}, before the patient was born.")
    return typed


def _check_day(day: date, terms: Terms) -> None:
    if day > terms.today:
        raise BadValue(f"{day} is in the future.")
    if day < terms.birth_date:
        raise BadValue(f"{day} is before the patient was born.")


def _noon(day: date, line: int, zone: tzinfo) -> datetime:
    """Local noon, where nobody noted the time; a microsecond a line keeps the order of the file,
    because the last report of a day is the day's."""
    return datetime.combine(day, days.NOON, zone) + timedelta(microseconds=line)


def _is_late(day: date, typed: datetime, terms: Terms) -> bool:
    typed_on = typed.astimezone(terms.zone).date()
    if typed_on < day:
        raise BadValue(f"It is about {day} but was typed on {typed_on}, before that day.")
    return typed_on > day


def submission_id(patient: int, header: Header, row: DiaryRow) -> UUID:
    """The same for the same words of the same patient, whatever the order of columns or lines:
    a row is taken once, in however many files and how often it stands there."""
    filled = zip(header.columns, row.cells, strict=True)
    content = sorted(f"{name}\x1f{cell.strip()}" for name, cell in filled if cell.strip())
    return uuid5(NAMESPACE, "\x1e".join([str(patient), *content]))
