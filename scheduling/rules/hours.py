"""Weekly hours in a clinic's wall time, laid out on real days, which have 23, 24 or 25 hours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
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
    """An absence on one day, of a clinician or (None) of everybody: all of it, or between two wall times."""

    clinician: int | None
    day: date
    starts: time | None = None
    ends: time | None = None

    def covers(self, slot: Slot, zone: ZoneInfo) -> bool:
        if self.clinician is not None and slot.clinician != self.clinician:
            return False
        if self.starts is None or self.ends is None:
            return slot.day(zone) == self.day
        return slot.overlaps(
            instant(self.day, self.starts, zone), instant(self.day, self.ends, zone)
        )


@dataclass(frozen=True, slots=True)
class Shape:
    """How long a visit of some type takes, and what it blocks besides.

    `rooms` are those it may be in: empty for the room of the hours, None for no room at all.
    """

    minutes: int
    before: int = 0
    after: int = 0
    rooms: tuple[int, ...] | None = ()

    def room_of(self, hours: Hours) -> int | None:
        """Where it would be in these hours, if that room is free."""
        if self.rooms is None:
            return None
        return hours.room if not self.rooms or hours.room in self.rooms else self.rooms[0]


@dataclass(frozen=True, slots=True)
class Slot:
    """A time that can be offered; UTC instants, the end not included. `before` and `after` are the
    minutes for which clinician and room are blocked besides."""

    starts: datetime
    ends: datetime
    clinician: int
    room: int | None
    before: int = 0
    after: int = 0

    def __lt__(self, other: Slot) -> bool:
        return self._order < other._order

    @property
    def _order(self) -> tuple[datetime, datetime, int, int]:
        return self.starts, self.ends, self.clinician, self.room or 0

    @property
    def blocks(self) -> tuple[datetime, datetime]:
        """From when until when clinician and room are taken."""
        return (
            self.starts - timedelta(minutes=self.before),
            self.ends + timedelta(minutes=self.after),
        )

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
    """A visit or a hold: its patient is busy from its start to its end, its clinician and its room
    for as long as it blocks."""

    slot: Slot
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
    hours: Iterable[Hours],
    offs: Iterable[Off],
    days: Iterable[date],
    zone: ZoneInfo,
    shape: Shape | None = None,
) -> list[Slot]:
    """Every slot of these days, in order; a clinician is never offered twice at one moment.

    With a shape, every time of the hours' pattern at which a visit of that shape can begin.
    """
    patterns, absences = list(hours), list(offs)
    slots = sorted(slot for day in days for slot in _of_day(patterns, day, zone, shape))
    present = (slot for slot in slots if not any(off.covers(slot, zone) for off in absences))
    return list(_one_start_each(present) if shape else _once_each(present))


def free(
    slots: Iterable[Slot],
    taken: Iterable[Taken],
    *,
    patient: int | None,
    now: datetime,
    rooms: tuple[int, ...] | None = (),
) -> list[Slot]:
    """The slots still to come in which clinician, room and (when given) patient are all free; where
    another of these `rooms` is free instead, the slot is there."""
    diary = _Diary(taken)
    found = []
    for slot in slots:
        if slot.starts <= now or not diary.sees(slot, patient):
            continue
        places = (slot.room, *(room for room in rooms or () if room != slot.room))
        place = next((room for room in places if diary.has_room(slot, room)), NOWHERE)
        if place != NOWHERE:
            found.append(slot if place == slot.room else replace(slot, room=place))
    return found


def works(hours: Iterable[Hours], offs: Iterable[Off], slot: Slot, zone: ZoneInfo) -> bool:
    """Whether the clinician of this time sees people then, the whole of it."""
    day = slot.day(zone)
    within = any(
        instant(day, own.starts, zone) <= slot.starts and slot.ends <= instant(day, own.ends, zone)
        for own in hours
        if own.clinician == slot.clinician and own.on(day)
    )
    return within and not any(off.covers(slot, zone) for off in offs)


NOWHERE = -1


class _Diary:
    """Who and what is busy when."""

    def __init__(self, taken: Iterable[Taken]) -> None:
        self.busy: dict[tuple[str, int], list[tuple[datetime, datetime]]] = defaultdict(list)
        for visit in taken:
            blocked, slot = visit.slot.blocks, visit.slot
            self.busy["clinician", slot.clinician].append(blocked)
            self.busy["patient", visit.patient].append((slot.starts, slot.ends))
            if slot.room is not None:
                self.busy["room", slot.room].append(blocked)

    def sees(self, slot: Slot, patient: int | None) -> bool:
        """Whether clinician and patient have the time."""
        meets = patient is None or self._is_free("patient", patient, (slot.starts, slot.ends))
        return meets and self._is_free("clinician", slot.clinician, slot.blocks)

    def has_room(self, slot: Slot, room: int | None) -> bool:
        return room is None or self._is_free("room", room, slot.blocks)

    def _is_free(self, kind: str, which: int, time: tuple[datetime, datetime]) -> bool:
        starts, ends = time
        return not any(
            starts < until and since < ends for since, until in self.busy.get((kind, which), ())
        )


def _of_day(
    patterns: list[Hours], day: date, zone: ZoneInfo, shape: Shape | None
) -> Iterator[Slot]:
    for hours in patterns:
        if hours.on(day):
            yield from _laid_out(hours, day, zone, shape or Shape(hours.slot_minutes))


def _laid_out(hours: Hours, day: date, zone: ZoneInfo, shape: Shape) -> Iterator[Slot]:
    """Steps of wall time, so that 9:00 stays 9:00; each slot lasts its real minutes.

    A step in the hour that spring skips has no instant and is left out. In the hour that autumn
    repeats only the first is offered: nobody has to ask which 1:30 is meant.
    """
    step, length = timedelta(minutes=hours.slot_minutes), timedelta(minutes=shape.minutes)
    room = shape.room_of(hours)
    closing = datetime.combine(day, hours.ends)
    last = instant(day, hours.ends, zone)
    wall = datetime.combine(day, hours.starts)
    while wall + length <= closing:
        starts = instant(day, wall.time(), zone)
        exists = starts.astimezone(zone).replace(tzinfo=None) == wall
        if exists and starts + length <= last:
            ends = starts + length
            yield Slot(starts, ends, hours.clinician, room, shape.before, shape.after)
        wall += step


def _one_start_each(slots: Iterable[Slot]) -> Iterator[Slot]:
    """Hours of one clinician that lie over each other begin a visit once."""
    seen: set[tuple[int, datetime]] = set()
    for slot in slots:
        if (slot.clinician, slot.starts) not in seen:
            seen.add((slot.clinician, slot.starts))
            yield slot


def _once_each(slots: Iterable[Slot]) -> Iterator[Slot]:
    """Leave out a slot that begins before the clinician's last one ends: wall time may jump."""
    until: dict[int, datetime] = {}
    for slot in slots:
        if slot.starts >= until.get(slot.clinician, slot.starts):
            until[slot.clinician] = slot.ends
            yield slot
