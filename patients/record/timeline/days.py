"""What a timeline is made of: days, and the things that happened on them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from patients.models import Patient


class What(TextChoices):
    """The kinds of things that happen, in the order in which a day tells them."""

    SAFETY = "safety", _("Safety answers")
    FLAG = "flag", _("Flags")
    DECISION = "decision", _("Decisions")
    VISIT = "visit", _("Visits")
    CALL = "call", _("Calls")
    REASSESSMENT = "reassessment", _("Reassessments")
    STEP = "step", _("Steps and cycles")
    PLAN = "plan", _("Self-care plans")
    THERAPY = "therapy", _("Therapy")
    MEDICINE = "medicine", _("Medicines")
    PROCEDURE = "procedure", _("Procedures and relief")
    IMAGING = "imaging", _("Images")
    SCORE = "score", _("Questionnaires")
    LOG = "log", _("Logs")


ORDER = {kind: place for place, kind in enumerate(What.values)}


@dataclass(frozen=True)
class TimelineEntry:
    """One thing of a day: what kind, what, in which words, and the page that says more."""

    kind: str
    what: str | Promise
    words: str = ""
    address: str = ""


Dated = tuple[date, TimelineEntry]


@dataclass(frozen=True)
class TimelineDay:
    date: date
    entries: list[TimelineEntry]


@dataclass(frozen=True)
class Timeline:
    """A patient's days between two, both included; of one kind of thing when `only` names it.

    `dated` may hold things from before: the newest of them is where the page before begins.
    """

    patient: Patient
    period: tuple[date, date]
    only: str = ""
    is_latest: bool = True
    dated: tuple[Dated, ...] = ()

    def tells(self, kind: str) -> bool:
        return self.only in ("", kind)

    def with_more(self, more: Iterable[Dated]) -> Timeline:
        return replace(self, dated=(*self.dated, *more))

    @property
    def days(self) -> list[TimelineDay]:
        """The newest first; a day without anything is left out."""
        entries: defaultdict[date, list[TimelineEntry]] = defaultdict(list)
        for day, entry in self.dated:
            if day >= self.period[0]:
                entries[day].append(entry)
        return [
            TimelineDay(day, sorted(entries[day], key=_place))
            for day in sorted(entries, reverse=True)
        ]

    @property
    def earlier(self) -> date | None:
        """The newest day before these with anything to tell."""
        return max((day for day, _entry in self.dated if day < self.period[0]), default=None)


def _place(entry: TimelineEntry) -> int:
    return ORDER[entry.kind]
