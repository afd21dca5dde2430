"""What a patient reads about a step: its name, and the day of the next check."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Protocol

REASSESSMENT = 5


class NamedStep(Protocol):
    """One step of the pathway, as far as its name goes."""

    level: int
    title: str
    short_title: str


def step_name(step: NamedStep) -> str:
    """Patients read "more help", never "escalation", which the last step's full title says."""
    return step.short_title if step.level == REASSESSMENT else step.title


def next_check(
    *, started_on: date, ends_on: date, check_days: Iterable[int], decided: date | None, today: date
) -> date | None:
    """The day of the next check: one set by a decision, the step's own, or its end."""
    planned = [started_on + timedelta(days=day) for day in check_days]
    to_come = [day for day in (*planned, ends_on, decided) if day is not None and day >= today]
    return min(to_come, default=None)
