"""Days and instants as people write them, but never one that can be read in two ways."""

from __future__ import annotations

import re
from datetime import date, datetime, time, tzinfo

from patients.diary_file.problems import BadValue, quoted

ISO_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
NAMED_DAY = re.compile(r"(\d{1,2})[-/. ]([A-Za-z]{3,9})\.?[-/. ](\d{4})")
TWO_READINGS = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}")
WHOLE = re.compile(r"-?\d{1,4}(\.0)?")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
NOON = time(12)


def calendar_day(text: str) -> date:
    """2019-11-30, 2019/11/30 or 30-Nov-2019."""
    if found := ISO_DAY.fullmatch(text):
        return _date(*(int(part) for part in found.groups()), text=text)
    if (found := NAMED_DAY.fullmatch(text)) and found[2][:3].lower() in MONTHS:
        month = MONTHS.index(found[2][:3].lower()) + 1
        return _date(int(found[3]), month, int(found[1]), text=text)
    if TWO_READINGS.fullmatch(text):
        raise BadValue(f"{quoted(text)} can be read in two ways: write the day as 2019-11-30.")
    raise BadValue(f"{quoted(text)} is not a day: write it as 2019-11-30.")


def day_in_parts(day: str, month: str, year: str) -> date | None:
    """From three cells; None where all of them are empty or 0, which is how some diaries say
    “as typed”."""
    parts = {"day": day, "month": month, "year": year}
    if all(part in {"", "0"} for part in parts.values()):
        return None
    for name, part in parts.items():
        if not WHOLE.fullmatch(part):
            raise BadValue(f"{quoted(part)} is no {name}." if part else f"The {name} is missing.")
    numbers = (int(float(part)) for part in (year, month, day))
    return _date(*numbers, text=f"{year}-{month}-{day}")


def _date(year: int, month: int, day: int, *, text: str) -> date:
    if not 1 <= day <= 31:
        raise BadValue(f"There is no day {day} in a month.")
    if not 1 <= month <= 12:
        raise BadValue(f"There is no month {month}.")
    try:
        return date(year, month, day)
    except ValueError:
        raise BadValue(f"{quoted(text)} is not in the calendar.") from None


def instant(text: str, zone: tzinfo) -> datetime:
    """2019-08-13 02:07:55, also with T or an offset. Without an offset it was said in `zone`; a day
    alone is its noon."""
    if ISO_DAY.fullmatch(text):
        return datetime.combine(calendar_day(text), NOON, zone)
    typed = _time(text)
    if typed is None:
        raise BadValue(f"{quoted(text)} is not a time: write it as 2019-08-13 02:07:55.")
    return typed if typed.tzinfo else typed.replace(tzinfo=zone)


def _time(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if ":" in text else None
    except ValueError:
        return None
