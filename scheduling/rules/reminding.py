"""When a patient is reminded of a visit: so many hours before, never in their night."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

# On the patient's own clock. Nobody is written to before the first or after the last.
DAY_BEGINS, EVENING, DAY_ENDS = time(8), time(20), time(21)
IN_TIME = timedelta(hours=1)  # what a reminder leaves at least to get ready, or to say no
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ToRemind:
    """What is due now of one visit: the reminder to send, if any, and those that it comes in place of."""

    send: int | None
    overtaken: tuple[int, ...]


def is_night(moment: datetime, zone: ZoneInfo) -> bool:
    return not DAY_BEGINS <= moment.astimezone(zone).time() < DAY_ENDS


def morning_after(moment: datetime, zone: ZoneInfo) -> datetime:
    """The end of the night in which this moment lies."""
    there = moment.astimezone(zone)
    day = there.date() if there.time() < DAY_BEGINS else there.date() + DAY
    return datetime.combine(day, DAY_BEGINS, zone).astimezone(UTC)


def due_at(starts: datetime, hours: int, zone: ZoneInfo) -> datetime:
    """So many hours before; where that is night, the next morning, or the evening before when the
    morning would be too late."""
    starts = starts.astimezone(UTC)  # hours are real hours, whatever the clocks do meanwhile
    wanted = starts - timedelta(hours=hours)
    if not is_night(wanted, zone):
        return wanted
    morning = morning_after(wanted, zone)
    if starts - morning >= IN_TIME:
        return morning
    there = wanted.astimezone(zone)
    evening = there.date() - DAY if there.time() < DAY_BEGINS else there.date()
    return datetime.combine(evening, EVENING, zone).astimezone(UTC)


def to_remind(
    starts: datetime,
    hours: Iterable[int],
    *,
    booked_at: datetime,
    now: datetime,
    zone: ZoneInfo,
) -> ToRemind:
    """Of the reminders that have come due since the booking, the last; nothing in the night, and nothing
    in the last hour, when it would help nobody."""
    nothing = ToRemind(None, ())
    if is_night(now, zone) or starts - now < IN_TIME:
        return nothing
    dues = {each: due_at(starts, each, zone) for each in hours}
    come = sorted(each for each, due in dues.items() if booked_at < due <= now)
    return ToRemind(come[0], tuple(come[1:])) if come else nothing
