from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from patients.models import Episode
from spinecare.demo.people import DemoPatient


@dataclass(frozen=True)
class Diary:
    """One demo patient's record and what they will log, by day."""

    person: DemoPatient
    episode: Episode
    pain: dict[date, int]
    function: dict[date, float]
