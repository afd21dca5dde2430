"""Days and times as people write them: one cell read in every way that it can be meant."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from itertools import islice

from patients.diary_file.problems import BadValue, quoted

DAY_FIRST, MONTH_FIRST, YEAR_FIRST = "dmy", "mdy", "ymd"
ORDERS = (DAY_FIRST, MONTH_FIRST, YEAR_FIRST)
# A longer cell is a text.
LONGEST_DAY = 60
MOST_PLACES = 12
NOON = time(12)
# Day 1 of a spreadsheet, which counts a 29 February 1900 that never was.
SPREADSHEET_ZERO = datetime(1899, 12, 30, tzinfo=UTC)
SERIALS = range(20_000, 80_000)

ISO_START = re.compile(r"\d{4}-\d\d-\d\d")
SIGN = r"\s*[-/.\s]\s*"
ISO_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
YEAR_LAST = re.compile(rf"(\d{{1,2}}){SIGN}(\d{{1,2}}){SIGN}(\d{{4}}|\d{{2}})")
DAY_NAMED = re.compile(
    rf"(\d{{1,2}})(?:st|nd|rd|th|o|\.)?(?:{SIGN}|,\s*)(?:de\s+)?([a-z]{{3,10}})\.?(?:{SIGN}|,\s*)(?:de\s+)?(\d{{4}}|\d{{2}})"
)
NAME_FIRST = re.compile(
    r"([a-z]{3,10})\.?[-/.\s]\s*(\d{1,2})(?:st|nd|rd|th)?(?:\s*,\s*|[-/.\s]\s*)(\d{4})"
)
COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(?:t?(\d\d)(\d\d)(\d\d)?)?")
SERIAL = re.compile(r"(\d{5})(?:[.,](\d+))?")
WEEKDAY = re.compile(
    r"(?:mon|tue|wed|thu|fri|sat|sun|lun|mar|mie|jue|vie|sab|dom)[a-z]*\.?,?\s+(?=\w)"
)
CLOCK = re.compile(
    r"(\d{1,2})(?:[:.h]\s?(\d\d)(?:[:.](\d\d)(?:[.,](\d{1,6})\d*)?)?)?\s*(?:h|hrs?|uhr)?\.?\s*([ap])?\.?\s*(m)?\.?"
)
ZONE = re.compile(r"(?<=[\d\s])(z|utc|gmt|[+-]\d\d:?(?:\d\d)?)$")
WHOLE = re.compile(r"-?\d{1,4}(\.0)?")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
SPANISH = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic")
MONTH_NAMES = {name: number for names in (MONTHS, SPANISH) for number, name in enumerate(names, 1)}
FULL = {
    "january", "february", "march", "april", "june", "july", "august", "september", "sept", "october",
    "november", "december", "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto",
    "septiembre", "setiembre", "octubre", "noviembre", "diciembre", *MONTHS, *SPANISH, "set",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, and the time of day where one was written, with its own zone where it says so."""

    day: date
    clock: time | None = None
    zone: tzinfo | None = None

    def instant(self, zone: tzinfo) -> datetime:
        """In `zone` unless it says its own; without a time, noon."""
        return datetime.combine(self.day, self.clock or NOON, self.zone or zone)

    def __str__(self) -> str:
        """In one shape, whatever it was written like."""
        if self.clock is None:
            return self.day.isoformat()
        whole = datetime.combine(self.day, self.clock, self.zone)
        return whole.astimezone(UTC).isoformat() if self.zone else whole.isoformat()


@lru_cache(maxsize=8192)
def read(text: str, order: str, today: date) -> Moment:
    """The day, and its time, that `text` says. `order` is one of ORDERS, or nothing where the column
    has not decided. Raises BadValue."""
    readings = ways(text, today)
    if order in readings:
        return readings[order]
    if len(different := set(readings.values())) == 1:
        return different.pop()
    if readings and not order:
        raise BadValue(f"{quoted(text)} can be read in two ways: write the day as 2019-11-30.")
    raise BadValue(_why_not(text))


def ways(text: str, today: date) -> dict[str, Moment]:
    """Order → what `text` says in it. A day that can be read in one way only is the same in all."""
    if len(text) > LONGEST_DAY:
        return {}
    if moment := _iso(text):
        return dict.fromkeys(ORDERS, moment)
    plain = _plain(text)
    without_weekday = WEEKDAY.sub("", plain, count=1)
    found = _in_words(plain, today) or _in_words(without_weekday, today)
    return found or _compact(plain) or _serial(plain)


def _iso(text: str) -> Moment | None:
    """What most programs write, read without trying all the rest."""
    if not ISO_START.match(text):
        return None
    try:
        if len(text) == len("2026-11-25"):
            return Moment(date.fromisoformat(text))
        whole = datetime.fromisoformat(text) if ":" in text else None
    except ValueError:
        return None
    return Moment(whole.date(), whole.time(), whole.tzinfo) if whole else None


def _in_words(plain: str, today: date) -> dict[str, Moment]:
    for day_text, clock, zone in _divided(plain):
        if found := _days(day_text, today):
            return {order: Moment(day, clock, zone) for order, day in found.items()}
    return {}


def _plain(text: str) -> str:
    """Small letters without accents, single spaces."""
    small = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(s for s in small if not unicodedata.combining(s)).split())


def _divided(plain: str) -> Iterator[tuple[str, time | None, tzinfo | None]]:
    """The part that is the day beside the part that is the time, wherever they can be parted."""
    yield plain, None, None
    places = (n for n, sign in enumerate(plain) if sign in " t,")
    for place in islice(places, MOST_PLACES):
        told, zone = _zone(plain[place + 1 :].strip())
        at = clock_time(told)
        if at is not None:
            yield plain[:place].rstrip(" ,"), at, zone


def _zone(text: str) -> tuple[str, tzinfo | None]:
    """A time without its zone, and the zone."""
    found = ZONE.search(text)
    if found is None:
        return text, None
    name, rest = found[1], text[: found.start()].strip()
    if name in {"z", "utc", "gmt"}:
        return rest, UTC
    hours, minutes = int(name[1:3]), int(name[3:].strip(":") or 0)
    away = timedelta(hours=hours, minutes=minutes)
    if away >= timedelta(hours=24):
        return text, None
    return rest, timezone(-away if name[0] == "-" else away)


def clock_time(text: str) -> time | None:
    """8:30, 20:15:07, 8:30 PM, 8 p. m., 20h15; None where it is no time."""
    found = CLOCK.fullmatch(text.strip().casefold())
    if found is None or not (found[2] or found[5]) or (found[6] and not found[5]):
        return None
    hour, minute, second = int(found[1]), int(found[2] or 0), int(found[3] or 0)
    if found[5]:
        hour = hour % 12 + (12 if found[5] == "p" else 0) if 1 <= hour <= 12 else 24
    part = int((found[4] or "").ljust(6, "0"))
    return (
        time(hour, minute, second, part) if max(hour / 24, minute / 60, second / 60) < 1 else None
    )


def _days(text: str, today: date) -> dict[str, date]:
    """Order → day, for the orders in which the words are a day of the calendar."""
    if found := ISO_DAY.fullmatch(text):
        return _in_every_order(*(int(part) for part in found.groups()))
    if found := YEAR_LAST.fullmatch(text):
        return _year_last(found[1], found[2], found[3], today)
    if found := DAY_NAMED.fullmatch(text):
        return _named(found[1], found[2], found[3], today)
    if found := NAME_FIRST.fullmatch(text):
        return _named(found[2], found[1], found[3], today)
    return {}


def _in_every_order(year: int, month: int, day: int) -> dict[str, date]:
    found = _calendar(year, month, day)
    return dict.fromkeys(ORDERS, found) if found else {}


def _named(day: str, month: str, year: str, today: date) -> dict[str, date]:
    number = MONTH_NAMES.get(month[:3]) if month in FULL or month[:3] in MONTH_NAMES else None
    if month == "set":
        number = 9
    return _in_every_order(_year(year, today), number, int(day)) if number else {}


def _year_last(first: str, second: str, last: str, today: date) -> dict[str, date]:
    one, two, year = int(first), int(second), _year(last, today)
    found = {
        DAY_FIRST: _calendar(year, two, one),
        MONTH_FIRST: _calendar(year, one, two),
    }
    if len(last) == 2 and len(first) == 2:
        found[YEAR_FIRST] = _calendar(_year(first, today), two, int(last))
    return {order: day for order, day in found.items() if day}


def _year(text: str, today: date) -> int:
    """Two digits are of this century, unless that would be next year or later."""
    if len(text) == 4:
        return int(text)
    year = 2000 + int(text)
    return year if year <= today.year else year - 100


def _calendar(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _compact(plain: str) -> dict[str, Moment]:
    """20261125, also with a time: 20261125T083000."""
    found = COMPACT.fullmatch(plain)
    if found is None or (day := _calendar(int(found[1]), int(found[2]), int(found[3]))) is None:
        return {}
    clock = clock_time(f"{found[4]}:{found[5]}:{found[6] or '00'}") if found[4] else None
    return {} if found[4] and not clock else dict.fromkeys(ORDERS, Moment(day, clock))


def _serial(plain: str) -> dict[str, Moment]:
    """46351.354, as a spreadsheet counts days; a part of a day is its time, to the second."""
    found = SERIAL.fullmatch(plain)
    if found is None or int(found[1]) not in SERIALS:
        return {}
    seconds = round(float(f"0.{found[2] or 0}") * 86_400)
    at = SPREADSHEET_ZERO + timedelta(days=int(found[1]), seconds=seconds)
    return dict.fromkeys(ORDERS, Moment(at.date(), at.time() if found[2] else None))


def _why_not(text: str) -> str:
    """Why it is no day, as exactly as can be said."""
    if found := ISO_DAY.match(text):
        month, day = int(found[2]), int(found[3])
        if ISO_DAY.fullmatch(text) or not 1 <= month <= 12 or not 1 <= day <= 31:
            return _not_in_the_calendar(month, day, text)
    return f"{quoted(text)} is not a day: write it as 2019-11-30."


def _not_in_the_calendar(month: int, day: int, text: str) -> str:
    if not 1 <= day <= 31:
        return f"There is no day {day} in a month."
    if not 1 <= month <= 12:
        return f"There is no month {month}."
    return f"{quoted(text)} is not in the calendar."


def day_in_parts(day: str, month: str, year: str) -> date | None:
    """From three cells; None where all of them are empty or 0, which is how some diaries say
    “as typed”."""
    parts = {"day": day, "month": month, "year": year}
    if all(part in {"", "0"} for part in parts.values()):
        return None
    for name, part in parts.items():
        if not WHOLE.fullmatch(part):
            raise BadValue(f"{quoted(part)} is no {name}." if part else f"The {name} is missing.")
    numbers = {name: int(float(part)) for name, part in parts.items()}
    found = _calendar(numbers["year"], numbers["month"], numbers["day"])
    if found is None:
        whole = f"{year}-{month}-{day}"
        raise BadValue(_not_in_the_calendar(numbers["month"], numbers["day"], whole))
    return found
