"""Which of the free times to propose first for a visit that is needed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from scheduling.rules.hours import Slot

BEST = 3


def best_fits(
    free: Sequence[Slot], *, due_on: date, clinician: int | None, zone: ZoneInfo
) -> list[Slot]:
    """Three times, on different days where it can be: in time before late, then with the clinician
    who asked for the visit, then the earliest."""

    def rank(slot: Slot) -> tuple[bool, bool, Slot]:
        return slot.day(zone) > due_on, slot.clinician != clinician, slot

    ranked = sorted(free, key=rank)
    first_of_day: dict[date, Slot] = {}
    for slot in ranked:
        first_of_day.setdefault(slot.day(zone), slot)
    firsts = set(first_of_day.values())
    # Sorting keeps the ranks; in time still goes before spread.
    spread = sorted(ranked, key=lambda slot: (slot.day(zone) > due_on, slot not in firsts))
    return sorted(spread[:BEST])
