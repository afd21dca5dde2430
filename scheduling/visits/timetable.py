"""A week of one clinician as a table: a row for each time of day, a column for each day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from zoneinfo import ZoneInfo

from scheduling.rules.hours import Slot


@dataclass(frozen=True, slots=True)
class Cell:
    """One time on one day; without a slot the clinician sees nobody then."""

    slot: Slot | None
    is_free: bool


@dataclass(frozen=True, slots=True)
class TimetableRow:
    at: time
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Timetable:
    days: list[date]
    rows: list[TimetableRow]


def timetable(offered: Iterable[Slot], free: Iterable[Slot], zone: ZoneInfo) -> Timetable:
    """Only days and times that are offered at all get a column or a row."""
    open_slots = set(free)
    by_day_and_time = {_wall(slot, zone): slot for slot in offered}
    days = sorted({day for day, _at in by_day_and_time})
    times = sorted({at for _day, at in by_day_and_time})

    def cell(day: date, at: time) -> Cell:
        slot = by_day_and_time.get((day, at))
        return Cell(slot, slot in open_slots)

    return Timetable(days, [TimetableRow(at, [cell(day, at) for day in days]) for at in times])


def _wall(slot: Slot, zone: ZoneInfo) -> tuple[date, time]:
    local = slot.starts.astimezone(zone)
    return local.date(), local.time()
