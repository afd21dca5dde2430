"""Who lives in the demo clinic."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import cycle, islice, product

from pathway.simulation import Course

CLINIC = "Northside Spine Clinic"

STAFF = {
    "clinician": ("Dr. Hana Kim", "MD", "kim@northside.example"),
    "scheduler": ("Sam Silva", "", "silva@northside.example"),
    "administrator": ("Ada Abel", "", "abel@northside.example"),
}
SECOND_CLINICIAN = ("Sara Lee", "PT", "lee@northside.example")

FIRST = (
    "Maria", "Ben", "Joy", "Luis", "Anna", "Omar", "Ruth", "Ivan", "Lena", "Paul",
    "Nadia", "Hugo",
)  # fmt: skip
LAST = ("Ortiz", "Shaw", "Adeyemi", "Berg", "Costa")

# Course, tier, day of the trial: every tier and every status stands in the list.
SITUATIONS = (
    (Course.FLAT, 2, 62),
    (Course.RECOVERY, 2, 58),
    (Course.RAPID_RECOVERY, 1, 25),
    (Course.EARLY_THEN_FLAT, 2, 70),
    (Course.SLOW_IMPROVER, 2, 44),
    (Course.WORSENING, 3, 50),
    (Course.FLUCTUATING_FLAT, 3, 55),
    (Course.PROCEDURE_RELAPSE, 4, 75),
    (Course.DELAYED_RESPONDER, 2, 35),
    (Course.FLAT, 1, 41),
    (Course.RECOVERY, 4, 40),
    (Course.GREY_PARTIAL, 2, 83),
    (Course.FLUCTUATING_RESPONDER, 2, 50),
    (Course.FLAT, 5, 9),
    (Course.FALL_THEN_RISE, 3, 60),
    (Course.RAPID_RECOVERY, 2, 80),
    (Course.RECOVERY, 1, 4),
    (Course.STAIRCASE_RESPONDER, 2, 66),
    (Course.FLAT, 4, 60),
    (Course.PAUSE_RESPONDER, 2, 48),
)


@dataclass(frozen=True)
class DemoPatient:
    name: str
    email: str
    number: str
    course: Course
    level: int
    day: int
    silent_days: int
    neck: bool
    sex: str
    born: int
    seed: int


def patients() -> list[DemoPatient]:
    """Sixty people; every seventh has stopped logging, every third has neck pain."""
    names = [f"{first} {last}" for last, first in product(LAST, FIRST)]
    situations = islice(cycle(SITUATIONS), len(names))
    return [
        DemoPatient(
            name=name,
            email=f"{name.lower().replace(' ', '.')}@mail.example",
            number=f"D-{1001 + place}",
            course=course,
            level=level,
            day=day,
            silent_days=12 if place % 7 == 6 else 0,
            neck=place % 3 == 2,
            sex="M" if place % 2 else "F",
            born=1948 + (place * 7) % 50,
            seed=place,
        )
        for place, (name, (course, level, day)) in enumerate(zip(names, situations, strict=True))
    ]
