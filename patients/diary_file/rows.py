"""From a row's cells to a report that can be saved, or to the reason why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from functools import cached_property
from uuid import UUID

from patients.diary_file.columns import PARTS_KEY
from patients.diary_file.day_column import DayColumn
from patients.diary_file.header import Header
from patients.diary_file.identity import own_id, row_id
from patients.diary_file.leftovers import OptionalCells
from patients.diary_file.lines import DiaryRow, Unreadable
from patients.diary_file.problems import BadValue
from patients.diary_file.regions import region_of
from patients.diary_file.scores import exact_score, whole
from patients.diary_file.when import Clocks, When, when


@dataclass(frozen=True)
class Terms:
    """How the rows of one file are read, for whom, and when.

    `chosen` says for names of regions (in the shape of `regions.key`) where they go; `regions` are
    those that the patient has an episode for; `typed_in` is the zone of instants without one; `days`
    says of columns with days what they turned out to be, `day_order` what somebody answered.
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
    days: Mapping[str, DayColumn] = field(default_factory=dict)
    day_order: str = ""
    newest_first: bool = False

    @cached_property
    def positions(self) -> dict[str, int]:
        return {field: self.header.columns.index(name) for field, name in self.columns.items()}

    @cached_property
    def clocks(self) -> Clocks:
        return Clocks(
            born=self.birth_date,
            zone=self.zone,
            typed_in=self.typed_in,
            now=self.now,
            newest_first=self.newest_first,
        )

    @cached_property
    def orders(self) -> dict[int, str]:
        """Position of a column with days → the order in which they are read."""
        return {
            self.header.columns.index(name): self.day_order or column.order
            for name, column in self.days.items()
            if name != PARTS_KEY
        }

    def order(self, field: str) -> str:
        return self.orders.get(self.positions.get(field, -1), self.day_order)

    def is_timed(self, field: str) -> bool:
        """Midnight in a column without any other time is no time of day."""
        column = self.days.get(self.columns.get(field, ""))
        return column is None or column.timed

    def cell(self, row: DiaryRow, field: str) -> str:
        position = self.positions.get(field)
        return "" if position is None else row.cells[position].strip()


@dataclass(frozen=True)
class Report:
    """One report of pain, ready to be saved. `rounded`, `day_from_instant` and `to_note`, the columns
    whose cells could not be read and stand in the note, are for the summary."""

    line: int
    submission_id: UUID
    region: str
    local_date: date
    logged_at: datetime
    is_late: bool
    values: dict[str, int | str | bool]
    rounded: bool
    day_from_instant: bool
    to_note: tuple[str, ...] = ()


@dataclass(frozen=True)
class LeftOut:
    """A row about something else."""

    line: int
    name: str


@dataclass(frozen=True)
class Blank:
    """A line with nothing on it."""

    line: int


@dataclass(frozen=True)
class Withdrawn:
    """A log of an own copy that was taken back: it does not stand up again."""

    line: int


@dataclass(frozen=True)
class Bad:
    """A line that could not be taken, and why."""

    line: int
    reason: str


Outcome = Report | LeftOut | Blank | Withdrawn | Bad


def judge(row: DiaryRow | Unreadable, terms: Terms) -> Outcome:
    """Decide about one row."""
    if isinstance(row, Unreadable):
        return Bad(row.line, row.reason)
    if not any(cell.strip() for cell in row.cells):
        return Blank(row.line)
    if len(row.cells) == len(terms.header.columns) and terms.cell(row, "withdrawn"):
        return Withdrawn(row.line)
    try:
        _check_shape(row, terms.header)
        region = _region(row, terms)
        if region is None:
            return LeftOut(row.line, terms.cell(row, "region"))
        return _report(row, region, terms)
    except BadValue as problem:
        return Bad(row.line, str(problem))


def _check_shape(row: DiaryRow, header: Header) -> None:
    if header.is_repeated_by(row.cells):
        raise BadValue("The line with the names of the columns is repeated here.")
    expected, found = len(header.columns), len(row.cells)
    if found != expected:
        raise BadValue(f"The line has {found} columns, the first line has {expected}.")


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
    if not (text := terms.cell(row, "average_pain")):
        raise BadValue("The score is empty.")
    pain = exact_score(text)
    left = OptionalCells(row, terms)
    at = _when(left)
    scores = {"average_pain": pain, **left.scores()}
    values: dict[str, int | str | bool] = {name: whole(score) for name, score in scores.items()}
    values |= left.words()
    return Report(
        line=row.line,
        submission_id=_submission_id(row, terms),
        region=region,
        local_date=at.day,
        logged_at=at.instant,
        is_late=at.is_late,
        values={**values, "note": left.note()},
        rounded=any(score != whole(score) for score in scores.values()),
        day_from_instant=at.day_from_instant,
        to_note=tuple(left.columns),
    )


def _submission_id(row: DiaryRow, terms: Terms) -> UUID:
    if text := terms.cell(row, "own_id"):
        return own_id(text)
    return row_id(terms.patient, terms.header.columns, row.cells, terms.orders, terms.clocks.today)


def _when(left: OptionalCells) -> When:
    row, terms = left.row, left.terms
    told = left.day()
    typed = left.typed(needed=told is None)
    return when(told, left.clock(), typed, row.line, terms.clocks)
