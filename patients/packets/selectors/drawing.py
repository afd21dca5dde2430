"""The pain of each week on one scale of 0 to 10, with the days of procedures: where the lines go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

WIDTH, HEIGHT = 600, 100
LEFT, TOP = 24, 8
# Weeks without a log are a gap, not a line.
GAP = 7


@dataclass(frozen=True)
class Drawing:
    """`lines` are points of one unbroken stretch each, `marks` places of procedures from the left."""

    lines: list[str]
    marks: list[float]
    first: date
    last: date


def drawing_of(weeks: Sequence[Sequence[Any]], procedures: Sequence[str]) -> Drawing | None:
    """`weeks`: Monday, days with a log, mean of 0 to 10. None where there is nothing to draw."""
    if not weeks:
        return None
    days = [date.fromisoformat(week[0]) for week in weeks]
    done = [date.fromisoformat(day) for day in procedures]
    first, last = min([*days, *done]), max([*days, *done])
    span = max((last - first).days, 1)

    def across(day: date) -> float:
        return round(LEFT + WIDTH * (day - first).days / span, 1)

    stretches: list[list[str]] = []
    before: date | None = None
    for day, (_monday, _days, mean) in zip(days, weeks, strict=True):
        if before is None or (day - before).days > GAP:
            stretches.append([])
        stretches[-1].append(f"{across(day)},{round(TOP + HEIGHT * (1 - mean / 10), 1)}")
        before = day
    lines = [" ".join(points) for points in stretches]
    return Drawing(lines, [across(day) for day in done], first, last)
