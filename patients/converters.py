from __future__ import annotations

from datetime import date

from patients.bounds import HAPPENED, PLANNED


class MonthConverter:
    """A month in a path, as 2026-03, handed on as its first day; anything else is not found (404)."""

    regex = r"\d{4}-\d{2}"

    def to_python(self, value: str) -> date:
        day = date.fromisoformat(f"{value}-01")
        if not PLANNED.keeps(day):
            raise ValueError
        return day

    def to_url(self, value: date | str) -> str:
        return str(value)[:7]


class DayConverter:
    """A calendar day in a path, as 2026-03-02; anything else is not found (404)."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        day = date.fromisoformat(value)
        if not HAPPENED.keeps(day):
            raise ValueError
        return day

    def to_url(self, value: date | str) -> str:
        return str(value)
