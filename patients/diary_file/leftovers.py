"""A cell that is not needed and cannot be read costs no score: its words go to the note."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import time
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

from patients.diary_file.answers import MEDICINE, PROGRAMME, choice, yes
from patients.diary_file.columns import SCORES
from patients.diary_file.day_column import MIDNIGHT
from patients.diary_file.days import Moment, clock_time, day_in_parts, read
from patients.diary_file.identity import unescaped
from patients.diary_file.lines import DiaryRow
from patients.diary_file.problems import BadValue, quoted
from patients.diary_file.scores import exact_score

if TYPE_CHECKING:
    from patients.diary_file.rows import Terms

T = TypeVar("T")
MARKS = ("flare", "nothing_new")
# What the parser of sheets puts for a line break inside of a cell.
LINE_BREAK = "\u2028"


@dataclass
class OptionalCells:
    """The cells of one row that are read if they can be; `columns` are those that could not."""

    row: DiaryRow
    terms: Terms
    columns: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    def scores(self) -> dict[str, Decimal]:
        """Field → score, without the one that every row needs."""
        asked = [name for name in SCORES[1:] if name in self.terms.positions]
        found = {name: self._read(name, exact_score) for name in asked}
        return {name: score for name, score in found.items() if score is not None}

    def words(self) -> dict[str, str | bool]:
        answers = {
            "programme": self._read("programme", lambda text: choice(text, PROGRAMME)),
            "medicine": self._read("medicine", lambda text: choice(text, MEDICINE)),
        }
        asked = [name for name in MARKS if name in self.terms.positions]
        marks = {name: self._read(name, yes) for name in asked}
        given = {name: mark for name, mark in marks.items() if mark is not None}
        return {name: word or "" for name, word in answers.items()} | given

    def clock(self) -> time | None:
        return self._read("time", _clock)

    def day(self) -> Moment | None:
        """The day that the row says that it is about. Raises BadValue: it is needed."""
        if text := self.terms.cell(self.row, "local_date"):
            return self._moment(text, "local_date")
        parts = (self.terms.cell(self.row, part) for part in ("day", "month", "year"))
        day = day_in_parts(*parts)
        return Moment(day) if day else None

    def typed(self, *, needed: bool) -> Moment | None:
        """When it was typed. Raises BadValue where that is all that gives the day."""
        text = self.terms.cell(self.row, "logged_at")
        if not needed:
            return self._read("logged_at", lambda text: self._moment(text, "logged_at"))
        return self._moment(text, "logged_at") if text else None

    def _moment(self, text: str, name: str) -> Moment:
        moment = read(text, self.terms.order(name), self.terms.clocks.today)
        if moment.clock == MIDNIGHT and not self.terms.is_timed(name):
            return Moment(moment.day)
        return moment

    def _read(self, name: str, reader: Callable[[str], T]) -> T | None:
        text = self.terms.cell(self.row, name)
        if not text:
            return None
        try:
            return reader(text)
        except BadValue:
            column = self.terms.columns[name]
            self.columns.append(column)
            self.unread.append(f"{column}: {text}")
            return None

    def note(self) -> str:
        """What stands in the column for notes, then what could not be read, each on a line."""
        text = self.terms.cell(self.row, "note").replace(LINE_BREAK, "\n")
        own = unescaped(text) if self.terms.header.is_own_copy else text
        return "\n".join(part for part in (own, *self.unread) if part)


def _clock(text: str) -> time:
    found = clock_time(text)
    if found is None:
        raise BadValue(f"{quoted(text)} is not a time.")
    return found
