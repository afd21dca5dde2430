"""A date of birth as people type it."""

from __future__ import annotations

import re
from datetime import date, datetime

from patients.bounds import HAPPENED

# Month first as at home in the clinic, day first as elsewhere: where both make a date, both are meant.
WAYS = (
    "%Y-%m-%d", "%Y%m%d", "%m-%d-%Y", "%d-%m-%Y", "%m-%d-%y", "%d-%m-%y", "%m%d%Y", "%d%m%Y",
    "%b-%d-%Y", "%B-%d-%Y", "%d-%b-%Y", "%d-%B-%Y",
)  # fmt: skip
CENTURY = 100


def birth_dates(words: str, today: date) -> set[date]:
    """Every day that these words may mean; none when they are not a date."""
    if not re.search(r"\d", words):
        return set()
    plain = re.sub(r"[\s./,-]+", "-", words.strip(" .,")).title()
    found = (_date(plain, way, today) for way in WAYS)
    return {day for day in found if day is not None and HAPPENED.first <= day <= today}


def _date(words: str, way: str, today: date) -> date | None:
    try:
        day = datetime.strptime(words, way).date()  # noqa: DTZ007 - a day, not an instant
        # Two digits are the past: nobody is born next year.
        return day.replace(year=day.year - CENTURY) if "%y" in way and day > today else day
    except ValueError:
        return None
