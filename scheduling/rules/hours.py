"""Weekly hours in a clinic's wall time, laid out on real days, which have 23, 24 or 25 hours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Hours:
    """When a clinician sees people on one weekday (0 is Monday), from and until the days given."""

    clinician: int
    room: int
    weekday: int
    starts: time
    ends: time
    slot_minutes: int
    from_on: date
    until_on: date | None = None

    def on(self, day: date) -> bool:
        begun = self.from_on <= day
        return begun and day.weekday() == self.weekday and day <= (self.until_on or day)


@dataclass(frozen=True, slots=True)
class Off:
    """A clinician's absence on one day: all of it, or between two wall times."""

    clinician: int
    day: date
    starts: time | None = None
    ends: time | None = None

    def covers(self, slot: Slot, zone: ZoneInfo) -> bool:
        if slot.clinician != self.clinician:
            return False
        if self.starts is None or self.ends is None:
            return slot.day(zone) == self.day
        return slot.overlaps(
            instant(self.day, self.starts, zone), instant(self.day, self.ends, zone)
        )


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A time that can be offered; UTC instants, the end not included."""

    starts: datetime
    ends: datetime
    clinician: int
    room: int

    def overlaps(self, starts: datetime, ends: datetime) -> bool:
        return self.starts < ends and starts < self.ends

    def day(self, zone: ZoneInfo) -> date:
        return self.starts.astimezone(zone).date()

    @property
    def key(self) -> str:
        """Names the time in a form: the clinician and the instant, in digits."""
        return f"{self.clinician}-{self.starts:%Y%m%d%H%M}"


@dataclass(frozen=True, slots=True)
class Taken:
    """A visit or a hold: its clinician, its room and its patient are busy."""

    starts: datetime
    ends: datetime
    clinician: int
    room: int
    patient: int


def instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The UTC instant of a wall time; of a wall time that comes twice, the first."""
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def parse_key(key: str) -> tuple[int, datetime] | None:
    """The clinician and the instant of `Slot.key`; None for anything else."""
    clinician, _, starts = key.partition("-")
    try:
        return int(clinician), datetime.strptime(starts, "%Y%m%d%H%M").replace(tzinfo=UTC)
    except ValueError:
        return None


def offered(
    hours: Iterable[Hours], offs: Iterable[Off], days: Iterable[date], zone: ZoneInfo
) -> list[Slot]:
    """Every slot of these days, in order; a clinician is never offered twice at one moment."""
    patterns, absences = list(hours), list(offs)
    slots = sorted(slot for day in days for slot in _of_day(patterns, day, zone))
    present = (slot for slot in slots if not any(off.covers(slot, zone) for off in absences))
    return list(_once_each(present))


def free(
    slots: Iterable[Slot], taken: Iterable[Taken], *, patient: int | None, now: datetime
) -> list[Slot]:
    """The slots still to come in which clinician, room and (when given) patient are all free."""
    busy: dict[tuple[str, int | None], list[Taken]] = defaultdict(list)
    for visit in taken:
        for who in _three(visit.clinician, visit.room, visit.patient):
            busy[who].append(visit)

    def is_free(slot: Slot) -> bool:
        whose = _three(slot.clinician, slot.room, patient)
        clashes = (visit for who in whose for visit in busy.get(who, ()))
        return not any(slot.overlaps(visit.starts, visit.ends) for visit in clashes)

    return [slot for slot in slots if slot.starts > now and is_free(slot)]


def _three(clinician: int, room: int, patient: int | None) -> list[tuple[str, int | None]]:
    return [("clinician", clinician), ("room", room), ("patient", patient)]


def _of_day(patterns: list[Hours], day: date, zone: ZoneInfo) -> Iterator[Slot]:
    for hours in patterns:
        if hours.on(day):
            yield from _laid_out(hours, day, zone)


def _laid_out(hours: Hours, day: date, zone: ZoneInfo) -> Iterator[Slot]:
    """Steps of wall time, so that 9:00 stays 9:00; each slot lasts its real minutes.

    A step in the hour that spring skips has no instant and is left out. In the hour that autumn
    repeats only the first is offered: nobody has to ask which 1:30 is meant.
    """
    step = timedelta(minutes=hours.slot_minutes)
    closing = datetime.combine(day, hours.ends)
    last = instant(day, hours.ends, zone)
    wall = datetime.combine(day, hours.starts)
    while wall + step <= closing:
        starts = instant(day, wall.time(), zone)
        exists = starts.astimezone(zone).replace(tzinfo=None) == wall
        if exists and starts + step <= last:
            yield Slot(starts, starts + step, hours.clinician, hours.room)
        wall += step


def _once_each(slots: Iterable[Slot]) -> Iterator[Slot]:
    """Leave out a slot that begins before the clinician's last one ends: wall time may jump."""
    until: dict[int, datetime] = {}
    for slot in slots:
        if slot.starts >= until.get(slot.clinician, slot.starts):
            until[slot.clinician] = slot.ends
            yield slot
