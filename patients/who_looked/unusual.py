"""Which openings of records somebody should ask about. Pure: the lines are handed in.

None of these is wrong by itself: a namesake may be a patient like any other, and somebody works at night.
Patients have no address here, so that neighbours cannot be told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from patients.finding.folded import fold

# A clinician goes through twenty flags in a quarter of an hour, and a desk books ten calls an hour.
MANY, WITHIN = 40, timedelta(hours=1)
NIGHT_BEGINS, NIGHT_ENDS = 22, 6
# Of many surnames, and no sign of a family.
BETWEEN = frozenset(
    [
        "al",
        "da",
        "de",
        "del",
        "den",
        "der",
        "di",
        "do",
        "du",
        "el",
        "ii",
        "iii",
        "jr",
        "la",
        "le",
        "sr",
        "ten",
        "van",
        "von",
    ]
)


class Why(IntEnum):
    """In the order in which they are read."""

    OWN = 1
    EMERGENCY = 2
    SURNAME = 3
    MANY = 4
    NIGHT = 5


@dataclass(frozen=True)
class Look:
    """One line of the log; `at` in the clinic's time."""

    at: datetime
    user: int
    user_name: str
    patient: int
    patient_name: str
    number: str
    page: str
    is_own: bool


@dataclass(frozen=True)
class Unusual:
    """Looks of one person that belong together."""

    why: Why
    looks: Sequence[Look]

    @property
    def first(self) -> Look:
        return self.looks[0]

    @property
    def last(self) -> Look:
        return self.looks[-1]

    @property
    def patients(self) -> int:
        return len({look.patient for look in self.looks})


def unusual(looks: Iterable[Look]) -> list[Unusual]:
    """The most telling kind first, then by person and time; `looks` in the order of time."""
    by_person: dict[int, list[Look]] = defaultdict(list)
    for look in looks:
        by_person[look.user].append(look)
    found = [each for of_one in by_person.values() for each in _of_person(of_one)]
    return sorted(found, key=lambda each: (each.why, each.first.user_name, each.first.at))


def _of_person(looks: list[Look]) -> Iterator[Unusual]:
    yield from _by_record(Why.OWN, (look for look in looks if look.is_own))
    yield from _by_record(Why.EMERGENCY, (look for look in looks if look.page == "emergency"))
    yield from _by_record(Why.SURNAME, (look for look in looks if _is_namesake(look)))
    yield from _many(looks)
    yield from _nights(looks)


def _by_record(why: Why, looks: Iterable[Look]) -> Iterator[Unusual]:
    by_patient: dict[int, list[Look]] = defaultdict(list)
    for look in looks:
        by_patient[look.patient].append(look)
    yield from (Unusual(why, of_one) for of_one in by_patient.values())


def _is_namesake(look: Look) -> bool:
    """One of the surnames, whatever their number: all words but the first."""
    return not look.is_own and bool(_surnames(look.user_name) & _surnames(look.patient_name))


def _surnames(name: str) -> set[str]:
    names = [word for word in name.split() if not word.endswith(".")]
    words = fold(" ".join(names[1:] or names)).split()
    return {word for word in words if len(word) > 1} - BETWEEN


def _many(looks: Sequence[Look]) -> Iterator[Unusual]:
    """Each stretch in which every hour of it holds many records, once."""
    start, stretch = 0, range(0)
    for end, look in enumerate(looks):
        while look.at - looks[start].at >= WITHIN:
            start += 1
        if len({each.patient for each in looks[start : end + 1]}) < MANY:
            continue
        if stretch and start >= stretch.stop:
            yield Unusual(Why.MANY, looks[stretch.start : stretch.stop])
            stretch = range(0)
        stretch = range(stretch.start if stretch else start, end + 1)
    if stretch:
        yield Unusual(Why.MANY, looks[stretch.start : stretch.stop])


def _nights(looks: Iterable[Look]) -> Iterator[Unusual]:
    """A night belongs to the day on which it began."""
    by_night: dict[object, list[Look]] = defaultdict(list)
    for look in looks:
        if look.at.hour >= NIGHT_BEGINS or look.at.hour < NIGHT_ENDS:
            by_night[(look.at - timedelta(hours=NIGHT_ENDS)).date()].append(look)
    yield from (Unusual(Why.NIGHT, of_one) for of_one in by_night.values())
