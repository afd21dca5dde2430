"""Why a flag fired, in numbers: what its page shows. Missing data is said, never filled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from pathway.rules import Numbers, Status
from patients.models import Episode, Flag, TierTrial
from patients.record.charts import Target, TrendChart, Window, trend
from patients.record.selectors.course import CourseDay, days_of, events, measures
from patients.record.selectors.record import Record, read

RECENT = timedelta(days=13)
THIN_DAYS = 7
CLEARED_BY_SCORES = {
    Status.PLATEAU, Status.WORSENING, Status.RELAPSE, Status.INSUFFICIENT_DATA,
}  # fmt: skip


@dataclass(frozen=True)
class FlagEvidence:
    """The rules' numbers of the flag's trial, how well it was logged, and its picture."""

    numbers: Numbers | None
    assessed_on: date | None
    days: int
    days_logged: int
    change: float | None
    change_percent: int | None
    function_percent: int | None
    chart: TrendChart
    record: Record
    diary: dict[date, CourseDay]

    @property
    def days_missing(self) -> int:
        return self.days - self.days_logged

    @property
    def change_words(self) -> str:
        """With its sign: less pain is a change below zero."""
        change = round(self.change or 0, 1)
        return f"{change:+.1f}" if change else "0.0"

    @property
    def function_words(self) -> str:
        """Against the first form; a lower score is better."""
        if not self.function_percent:
            return _("as in the first form")
        better = self.function_percent < 0
        how = _("better than in the first form") if better else _("worse than in the first form")
        return f"{abs(self.function_percent)} % {how}"

    @property
    def clears(self) -> bool:
        """Whether the present status is one that better scores, or more of them, would end."""
        return self.numbers is not None and self.numbers.status in CLEARED_BY_SCORES

    @property
    def is_thin(self) -> bool:
        """Too few logs to carry a decision without a second thought (ux.md 7)."""
        return self.days_logged < THIN_DAYS


def evidence(flag: Flag, today: date) -> FlagEvidence:
    """Two queries: the diary, and everything that was written down."""
    return _evidence(flag.episode, flag.trial, today)


def _evidence(episode: Episode, trial: TierTrial | None, today: date) -> FlagEvidence:
    first = trial.started_on if trial else today - timedelta(days=83)
    record, diary = read(episode), days_of(episode, today)
    review = trial.review if trial else None
    numbers = Numbers.from_json(review.numbers) if review and review.numbers else None
    return FlagEvidence(
        numbers=numbers,
        assessed_on=review.assessed_on if review else None,
        days=(today - first).days + 1,
        days_logged=sum(day >= first for day in diary),
        change=_change(numbers),
        change_percent=_change_percent(numbers),
        function_percent=_function_percent(numbers),
        chart=_chart(numbers, record, diary, (first, today)),
        record=record,
        diary=diary,
    )


def _change(numbers: Numbers | None) -> float | None:
    if numbers is None or numbers.baseline is None or numbers.mean_14 is None:
        return None
    return numbers.mean_14 - numbers.baseline


def _change_percent(numbers: Numbers | None) -> int | None:
    change = _change(numbers)
    if numbers is None or change is None or not numbers.baseline:
        return None
    return round(100 * change / numbers.baseline)


def _function_percent(numbers: Numbers | None) -> int | None:
    if numbers is None or numbers.function_share is None:
        return None
    return round(100 * (numbers.function_share - 1))


def _chart(
    numbers: Numbers | None,
    record: Record,
    diary: dict[date, CourseDay],
    period: tuple[date, date],
) -> TrendChart:
    windows = [Window(period[1] - RECENT, period[1], "Last 14 days")] if numbers else []
    target = None
    if numbers and numbers.target is not None and numbers.status != Status.INSUFFICIENT_DATA:
        target = Target(numbers.target, f"Target {numbers.target:.1f}")
    return trend(
        "Average pain",
        {day: said.pain for day, said in diary.items()},
        period=period,
        events=events(record),
        lines=measures(record, diary),
        rule=(windows, target),
    )


def chart_of(episode: Episode, today: date) -> TrendChart:
    """The complaint's last twelve weeks with everything that was done in them."""
    return evidence_of(episode, today).chart


def evidence_of(episode: Episode, today: date) -> FlagEvidence:
    """The same without a flag: no rule, no windows, the last twelve weeks."""
    return _evidence(episode, None, today)
