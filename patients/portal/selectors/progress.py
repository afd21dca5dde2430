"""What a patient reads about their course, from plain values: periods, events, the next check."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pathway.rules.rounding import difference
from patients.record.charts import Days, Event, Recent

Named = tuple[date, str]


@dataclass(frozen=True)
class Period:
    """How far back to look; without `days` to the first log."""

    key: str
    words: str | Promise
    days: int | None

    def span(self, days: Days, today: date) -> tuple[date, date]:
        """First and last day of the chart, both included."""
        first = min(days, default=today)
        return (first if self.days is None else today - timedelta(days=self.days - 1)), today


PERIODS = (
    Period("4-weeks", gettext_lazy("4 weeks"), 28),
    Period("12-weeks", gettext_lazy("12 weeks"), 84),
    Period("all", gettext_lazy("All"), None),
)
USUAL = PERIODS[1]


def period_named(key: str | None) -> Period:
    """The usual one when nothing, or nothing known, is asked for."""
    return next((period for period in PERIODS if period.key == key), USUAL)


def events(*, treatments: Iterable[Named], messages: Iterable[date]) -> list[Event]:
    """What is marked on the chart: treatments that began, words from the care team."""
    return [
        *(Event(day, title, "procedure") for day, title in treatments),
        *(Event(day, _("Message from your care team"), "decision") for day in sorted({*messages})),
    ]


def a_little_higher(recent: Recent) -> bool:
    """Whether the last week's average, as it is printed, is above that of the week before."""
    if recent.last is None or recent.before is None:
        return False
    return difference(recent.before, recent.last) > 0
