"""A day or a week of the clinic: visits, holds, hours and time off, by clinician or by room."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import Membership
from patients.models import VisitRequest
from scheduling.models import (
    Availability,
    AvailabilityException,
    Consultation,
    Room,
    VisitType,
)
from scheduling.slots import day_bounds
from scheduling.visit_types.selectors import clinicians, kind_for

WEEK = timedelta(days=7)
FIVE = timedelta(minutes=5)
# Where a day begins and ends on the page when nobody has hours.
USUAL = (8, 17)
HOUR = 60


@dataclass(frozen=True)
class Entry:
    """What stands in a column from one wall time to another: a visit, or hours or time off in `words`."""

    starts: time
    minutes: int
    visit: Consultation | None = None
    words: str | Promise = ""
    is_off: bool = False

    def between(self, first: int, last: int) -> Entry:
        """The part of it within these hours; of no minutes where there is none."""
        begins = max(self.starts.hour * HOUR + self.starts.minute, first * HOUR)
        ends = min(self.starts.hour * HOUR + self.starts.minute + self.minutes, last * HOUR)
        return replace(self, starts=time(*divmod(begins, HOUR)), minutes=max(ends - begins, 0))

    @property
    def place(self) -> str:
        """Its classes in static/calendar.css: where it begins, how long it is."""
        hours, minutes = divmod(self.minutes, HOUR)
        return (
            f"at-{self.starts.hour} past-{self.starts.minute // 5} h-{hours} m-{-(-minutes // 5)}"
        )


@dataclass
class Column:
    """One clinician, or one room, on one day."""

    title: str
    day: date
    entries: list[Entry] = field(default_factory=list)
    hours: list[Entry] = field(default_factory=list)

    def between(self, first: int, last: int) -> Column:
        """The same within these hours: time off all day begins and ends with the page."""
        entries = [entry.between(first, last) if entry.is_off else entry for entry in self.entries]
        return replace(self, entries=[entry for entry in entries if entry.minutes > 0])


@dataclass(frozen=True)
class DayPlan:
    """Columns side by side from `first` to `last` o'clock; `apart` are the visits without a room."""

    first: int
    last: int
    columns: list[Column]
    apart: list[Entry]

    @property
    def clock(self) -> list[Entry]:
        return [Entry(time(hour), HOUR) for hour in range(self.first, self.last)]


@dataclass(frozen=True)
class WeekRow:
    """One clinician, or one room, on each day of the week."""

    title: str
    cells: list[Column]


@dataclass(frozen=True)
class Wanted:
    """A request that waits, with the visit type that it asks for."""

    request: VisitRequest
    kind: VisitType | None


class Planned:
    """What is planned on some days, read at once: five queries however many people and days."""

    def __init__(
        self, viewer: Membership, first: date, last: date, *, now: datetime, who: set[int]
    ) -> None:
        self.clinic, self.first, self.last = viewer.clinic, first, last
        self.people = [one for one in clinicians(self.clinic) if not who or one.pk in who]
        shown = {one.pk for one in self.people}
        starts, ends = day_bounds(self.clinic, first, last)
        visits = Consultation.objects.visible_to(viewer).taking_time(now)
        related = ("patient", "clinician__user", "room", "visit_type", "visit_request")
        found = visits.overlapping(starts, ends).select_related(*related).order_by("period", "pk")
        self.visits = [visit for visit in found if visit.clinician_id in shown]
        weekly = Availability.objects.of(self.clinic).between(first, last)
        self.weekly = [one for one in weekly.select_related("room") if one.membership_id in shown]
        changes = AvailabilityException.objects.of(self.clinic).between(first, last)
        self.changes = list(changes.for_any_of(shown).select_related("room"))

    @property
    def days(self) -> list[date]:
        return [
            self.first + timedelta(days=ahead) for ahead in range((self.last - self.first).days + 1)
        ]

    def by_clinician(self, day: date) -> list[Column]:
        return [self._column(str(one), day, clinician=one.pk) for one in self.people]

    def by_room(self, day: date, rooms: Iterable[Room]) -> list[Column]:
        return [self._column(room.name, day, room=room.pk) for room in rooms]

    def without_room(self, day: date) -> list[Entry]:
        return [self._entry(visit) for visit in self._on(day) if visit.room_id is None]

    def _column(
        self, title: str, day: date, *, clinician: int | None = None, room: int | None = None
    ) -> Column:
        by_room = room is not None
        whose = {"room_id": room} if by_room else {"clinician_id": clinician}
        visits = [visit for visit in self._on(day) if _is(visit, whose)]
        entries = [self._entry(visit) for visit in visits]
        if clinician is not None:
            entries += self._off(day, clinician)
        mine = {"room_id": room} if by_room else {"membership_id": clinician}
        hours = [one for one in self._hours(day) if _is(one, mine)]
        return Column(
            title,
            day,
            sorted(entries, key=lambda entry: entry.starts),
            [_stretch(one.starts, one.ends) for one in hours],
        )

    def _on(self, day: date) -> list[Consultation]:
        return self._visits_by_day.get(day, [])

    @property
    def _visits_by_day(self) -> dict[date, list[Consultation]]:
        if not hasattr(self, "_sorted"):
            by_day: defaultdict[date, list[Consultation]] = defaultdict(list)
            for visit in self.visits:
                by_day[visit.starts.astimezone(self.clinic.zone).date()].append(visit)
            self._sorted = by_day
        return self._sorted

    def _hours(self, day: date) -> list[Any]:
        """Weekly hours and extra hours of this day."""
        weekly = [
            one
            for one in self.weekly
            if one.weekday == day.weekday() and one.from_on <= day <= (one.until_on or day)
        ]
        extra = [one for one in self.changes if one.date == day and one.kind == one.Kind.EXTRA]
        return [] if day in self.clinic.closed_on else [*weekly, *extra]

    def _off_on(self, day: date) -> list[AvailabilityException]:
        return [
            one
            for one in self.changes
            if one.kind == one.Kind.OFF and one.date <= day <= one.last_on
        ]

    def _off(self, day: date, clinician: int) -> list[Entry]:
        """Time off, all day where it names no hours; and days on which the clinic is closed."""
        if day in self.clinic.closed_on:
            return [_stretch(time(0), time(23, 55), words=_("The clinic is closed"), is_off=True)]
        offs = [one for one in self._off_on(day) if one.membership_id == clinician]
        return [
            _stretch(
                one.starts or time(0), one.ends or time(23, 55), words=_words(one), is_off=True
            )
            for one in offs
        ]

    def _entry(self, visit: Consultation) -> Entry:
        starts = visit.starts.astimezone(self.clinic.zone).time()
        return Entry(starts, (visit.ends - visit.starts) // timedelta(minutes=1), visit)


def _is(row: Any, whose: dict[str, int | None]) -> bool:
    return all(getattr(row, name) == value for name, value in whose.items())


def _words(off: AvailabilityException) -> str:
    return f"{_('Time off')}: {off.reason}" if off.reason else _("Time off")


def _stretch(starts: time, ends: time, **more: Any) -> Entry:
    minutes = (ends.hour - starts.hour) * HOUR + ends.minute - starts.minute
    return Entry(starts, minutes, **more)


def day_plan(planned: Planned, day: date, rooms: list[Room] | None) -> DayPlan:
    """Of clinicians, those with hours, visits or time off that day; of rooms, all."""
    if rooms is None:
        found = planned.by_clinician(day)
        columns = [one for one in found if one.entries or one.hours]
        first, last = _ends(columns)
        return DayPlan(first, last, [one.between(first, last) for one in columns], [])
    columns = planned.by_room(day, rooms)
    return DayPlan(*_ends(columns), columns, planned.without_room(day))


def _ends(columns: list[Column]) -> tuple[int, int]:
    """The whole hours within which everything lies; time off all day does not widen them."""
    shown = [
        entry
        for column in columns
        for entry in (*column.entries, *column.hours)
        if not entry.is_off
    ]
    if not shown:
        return USUAL
    first = min(entry.starts.hour for entry in shown)
    last = max(
        -(-(entry.starts.hour * HOUR + entry.starts.minute + entry.minutes) // HOUR)
        for entry in shown
    )
    return first, min(max(last, first + 1), 24)


def week_rows(planned: Planned, rooms: list[Room] | None) -> list[WeekRow]:
    """A row for each clinician with anything that week, or for each room."""
    days = [
        planned.by_clinician(day) if rooms is None else planned.by_room(day, rooms)
        for day in planned.days
    ]
    rows = [WeekRow(cells[0].title, list(cells)) for cells in zip(*days, strict=True)]
    if rooms is not None:
        return rows
    return [row for row in rows if any(cell.entries or cell.hours for cell in row.cells)]


def rooms_of(planned: Planned) -> list[Room]:
    """Those that can be chosen, and retired ones in which something is planned."""
    rooms = Room.objects.of(planned.clinic)
    used = {visit.room_id for visit in planned.visits if visit.room_id}
    return list((rooms.current() | rooms.filter(pk__in=used)).order_by("name", "pk"))


def queue(viewer: Membership, now: datetime, most: int) -> tuple[list[Wanted], int]:
    """Requests that wait and have no time held, by the day they are due: the first ones, and how many
    there are; three queries."""
    kinds = list(VisitType.objects.of(viewer.clinic).current())
    held = Consultation.objects.visible_to(viewer).taking_time(now).filter(state="held")
    waiting = VisitRequest.objects.visible_to(viewer).waiting()
    rows = waiting.exclude(consultations__in=held).select_related("episode__patient", "decision")
    first = rows.order_by("due_on", "pk")[:most]
    return [Wanted(row, kind_for(row, kinds)) for row in first], rows.count()


def lost(viewer: Membership) -> list[Consultation]:
    """Cancelled and missed visits that are to be booked again without a request."""
    rows = Consultation.objects.visible_to(viewer).to_rebook()
    return list(rows.select_related("patient", "visit_type"))


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def wall_day(now: datetime, zone: ZoneInfo) -> date:
    return now.astimezone(zone).date()
