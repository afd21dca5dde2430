"""Why a flag was raised, in numbers: what its page shows. Missing data is named, never filled in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from pathway.models import Scoring
from pathway.rules import Numbers, Status
from pathway.rules.rounding import one_decimal
from patients.bounds import HAPPENED
from patients.models import Episode, Flag, TierTrial
from patients.record.charts import Target, TrendChart, Window, trend
from patients.record.selectors.course import CourseDay, days_of, events, measures
from patients.record.selectors.number_words import (
    SHOWS_A_FAN,
    FanShown,
    NumberWords,
    fan_shown,
    number_words,
)
from patients.record.selectors.record import Record, read
from patients.review.function_forms import FormRow, forms_within, function_words
from patients.review.series import Batch, FormsOfTrial, batch_of, run_until

RECENT = timedelta(days=13)
THIN_DAYS = 7
CLEARED_BY_SCORES = {
    Status.PLATEAU, Status.WORSENING, Status.RELAPSE, Status.INSUFFICIENT_DATA,
}  # fmt: skip


@dataclass(frozen=True)
class FlagEvidence:
    """The rules' numbers of a trial, how well it was logged, and its picture. `function` names the form
    that is followed with both scores; `batch` is the running trial as the rules read it."""

    numbers: Numbers | None
    assessed_on: date | None
    said: NumberWords | None
    days: int
    days_logged: int
    function: str
    fan: FanShown | None
    batch: Batch | None
    chart: TrendChart
    record: Record
    diary: dict[date, CourseDay]

    @property
    def days_missing(self) -> int:
        return self.days - self.days_logged

    @property
    def clears(self) -> bool:
        """Whether the present status is one that better scores, or more of them, would end."""
        return self.numbers is not None and self.numbers.status in CLEARED_BY_SCORES

    @property
    def is_thin(self) -> bool:
        """Too few logs to decide on without a second thought (docs/clinical-safety.md, H71)."""
        return self.days_logged < THIN_DAYS


def evidence(flag: Flag, trial: TierTrial | None, today: date) -> FlagEvidence:
    """Two queries: the diary, and everything that was written down. `trial` is that of the finding that
    leads; it needs its review and its tier."""
    if trial:
        trial.episode = flag.episode
    return _evidence(flag.episode, trial, today)


def _evidence(episode: Episode, trial: TierTrial | None, today: date) -> FlagEvidence:
    first = trial.started_on if trial else today - timedelta(days=83)
    record, diary = read(episode), days_of(episode, today)
    review = trial.review if trial else None
    numbers = Numbers.from_json(review.numbers) if review and review.numbers else None
    forms = forms_within(_form_rows(record), first, today)
    batch = _as_read(trial, diary, forms, today)
    return FlagEvidence(
        numbers=numbers,
        assessed_on=review.assessed_on if review else None,
        said=number_words(numbers) if numbers else None,
        days=(today - first).days + 1,
        days_logged=sum(day >= first for day in diary),
        function=function_words(forms),
        fan=fan_shown(batch) if batch and numbers and numbers.status in SHOWS_A_FAN else None,
        batch=batch,
        chart=_chart(numbers, record, diary, (first, today)),
        record=record,
        diary=diary,
    )


def _form_rows(record: Record) -> Iterator[FormRow]:
    """Single questions say nothing of function."""
    for score in record.scores:
        if score.instrument.scoring != Scoring.SINGLE:
            yield score.instrument.key, score.local_date, score.percent, score.total


def _as_read(
    trial: TierTrial | None, diary: dict[date, CourseDay], forms: FormsOfTrial, today: date
) -> Batch | None:
    """The running trial as the rules read it today, from what the page has read."""
    if trial is None or trial.ended_on or not trial.started_on <= today:
        return None
    run = run_until(trial, today, trial.length_days)
    if not HAPPENED.keeps(run.started_on):
        return None  # a cycle of no possible day: the review sets the trial apart, the page still opens
    return batch_of(run, {day: said.pain for day, said in diary.items()}, forms)


def _chart(
    numbers: Numbers | None,
    record: Record,
    diary: dict[date, CourseDay],
    period: tuple[date, date],
) -> TrendChart:
    windows = [Window(period[1] - RECENT, period[1], "Last 14 days")] if numbers else []
    target = None
    if numbers and numbers.target is not None and numbers.status != Status.INSUFFICIENT_DATA:
        target = Target(numbers.target, f"Target {one_decimal(numbers.target)}")
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
