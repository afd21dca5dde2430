"""Who on the waitlist a free time is offered to: the first in line whom it suits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from scheduling.rules.hours import Slot

EVERY_DAY = frozenset(range(7))


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody in line would come for, by the clinic's days and times; with anybody where no clinician
    is named. `before`: only what is earlier helps them."""

    entry: int
    notice: timedelta
    weekdays: frozenset[int] = EVERY_DAY
    from_time: time | None = None
    until_time: time | None = None
    first_on: date | None = None
    last_on: date | None = None
    clinician: int | None = None
    before: datetime | None = None
    had: frozenset[str] = frozenset()  # keys of times that were offered to them before

    def suits(self, starts: datetime, ends: datetime, zone: ZoneInfo) -> bool:
        """By day and time of day; whoever says until noon wants to be done by noon."""
        begins, over = starts.astimezone(zone), ends.astimezone(zone)
        on_day = begins.weekday() in self.weekdays and begins.date() >= (
            self.first_on or begins.date()
        )
        in_time = (self.from_time or time.min) <= begins.time()
        in_time = in_time and over.time() <= (self.until_time or time.max)
        return on_day and in_time and begins.date() <= (self.last_on or begins.date())


def fits(wish: Wish, slot: Slot, now: datetime, zone: ZoneInfo) -> bool:
    if slot.starts - now < wish.notice or slot.key in wish.had:
        return False
    if wish.clinician not in (None, slot.clinician):
        return False
    if wish.before is not None and slot.starts >= wish.before:
        return False
    return wish.suits(slot.starts, slot.ends, zone)


def matched(
    line: Sequence[Wish], slots: Iterable[Slot], *, now: datetime, zone: ZoneInfo
) -> list[tuple[int, Slot]]:
    """The earliest times first, each for the first in line whom it suits; one time for each of them, and
    none that clashes with one given away just now."""
    waiting, given = list(line), list[tuple[int, Slot]]()
    for slot in sorted(slots):
        if not waiting:
            break
        if any(_clash(slot, taken) for _entry, taken in given):
            continue
        first = next((wish for wish in waiting if fits(wish, slot, now, zone)), None)
        if first is not None:
            waiting.remove(first)
            given.append((first.entry, slot))
    return given


def _clash(one: Slot, other: Slot) -> bool:
    same_room = one.room is not None and one.room == other.room
    if one.clinician != other.clinician and not same_room:
        return False
    (begins, ends), (since, until) = one.blocks, other.blocks
    return begins < until and since < ends
