"""What a record holds of a conservative trial, as plain values: what criteria are answered from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any


@dataclass(frozen=True)
class Care:
    """A stretch of care of one tier, its first and last day included; no last day: it goes on.

    `kinds` are modalities; `ended_for` says why it ended; `helped` is its outcome; `told`: the patient
    said so, and a clinician confirmed it.
    """

    first: date
    last: date | None
    level: int
    kinds: tuple[str, ...]
    what: str
    ended_for: str = ""
    helped: str = ""
    told: bool = False


@dataclass(frozen=True)
class ToldCare:
    """Care before the first trial here, as the patient told of it: weeks, and no days."""

    weeks: int
    level: int
    what: str


@dataclass(frozen=True)
class Score:
    """On one day, on one scale: `nrs` is the pain of the day, 0 to 10."""

    day: date
    scale: str
    value: float


@dataclass(frozen=True)
class Relief:
    """Per cent, so many days after a procedure; 0 days: within hours."""

    after_days: int
    percent: int


@dataclass(frozen=True)
class Done:
    """An injection, or a diagnostic block."""

    day: date
    purpose: str
    kind: str
    what: str
    relief: tuple[Relief, ...] = ()


@dataclass(frozen=True)
class Image:
    """`told`: by the patient, so that nobody here has its report."""

    day: date
    method: str
    what: str
    told: bool = False


@dataclass(frozen=True)
class Look:
    """A clinician looked at how it went: a visit that was held, a decision, a reassessment."""

    day: date
    what: str


@dataclass(frozen=True)
class RedFlag:
    """A yes to a safety question, and the outcome that a clinician recorded."""

    day: date
    what: str


@dataclass(frozen=True)
class Statement:
    """What a clinician stated by name; `holds` is false where they said that it does not."""

    day: date
    holds: bool
    by: str
    words: str = ""


@dataclass(frozen=True)
class HomePlan:
    """So many days a week at home, from the first day to the last."""

    first: date
    last: date | None
    days_a_week: int


@dataclass(frozen=True)
class Record:
    """One complaint on one day. Nothing withdrawn is in it, and nothing of another complaint."""

    as_of: date
    onset: date | None = None
    care: tuple[Care, ...] = ()
    told: tuple[ToldCare, ...] = ()
    medicines: tuple[Care, ...] = ()
    scores: tuple[Score, ...] = ()
    sessions: tuple[date, ...] = ()
    home_plans: tuple[HomePlan, ...] = ()
    home_days: tuple[date, ...] = ()
    procedures: tuple[Done, ...] = ()
    images: tuple[Image, ...] = ()
    looks: tuple[Look, ...] = ()
    red_flags: tuple[RedFlag, ...] = ()
    statements: dict[str, Statement] = field(default_factory=dict)

    def until_today(self) -> Record:
        """Without what lies in the future: a plan proves nothing."""
        dated = ("scores", "procedures", "images", "looks", "red_flags")
        kept: dict[str, Any] = {
            name: tuple(one for one in getattr(self, name) if one.day <= self.as_of)
            for name in dated
        }
        begun = ("care", "medicines", "home_plans")
        kept |= {
            name: tuple(one for one in getattr(self, name) if one.first <= self.as_of)
            for name in begun
        }
        days = ("sessions", "home_days")
        kept |= {
            name: tuple(sorted({day for day in getattr(self, name) if day <= self.as_of}))
            for name in days
        }
        onset = self.onset if self.onset and self.onset <= self.as_of else None
        stated = {key: one for key, one in self.statements.items() if one.day <= self.as_of}
        return replace(self, onset=onset, statements=stated, **kept)


def days_of(stretches: list[Care], as_of: date) -> int:
    """Days on which at least one of them ran: what overlaps is counted once."""
    total, covered = 0, date.min
    for one in sorted(stretches, key=lambda one: one.first):
        last = min(one.last or as_of, as_of)
        first = max(one.first, covered + timedelta(days=1))
        total += max((last - first).days + 1, 0)
        covered = max(covered, last)
    return total
