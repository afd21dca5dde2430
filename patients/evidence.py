"""Why a flag fired, in numbers: what its page shows. Missing data is said, never filled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from pathway.rules import Numbers, Status
from patients.charts import Event, Target, Trend, Window, trend
from patients.models import Decision, Episode, Flag, SymptomLog, TierTrial

RECENT = timedelta(days=13)


@dataclass(frozen=True)
class Evidence:
    """The rules' numbers of the flag's trial, how well it was logged, and its picture."""

    numbers: Numbers | None
    assessed_on: date | None
    days: int
    days_logged: int
    change: float | None
    change_percent: int | None
    function_percent: int | None
    chart: Trend

    @property
    def clears(self) -> bool:
        """Whether the present status is one that better scores, or more of them, would end."""
        return self.numbers is not None and self.numbers.status in CLEARED_BY_SCORES

    @property
    def is_thin(self) -> bool:
        """Too few logs to carry a decision without a second thought (ux.md 7)."""
        return self.days_logged < THIN_DAYS


THIN_DAYS = 7
CLEARED_BY_SCORES = {
    Status.PLATEAU, Status.WORSENING, Status.RELAPSE, Status.INSUFFICIENT_DATA,
}  # fmt: skip


def evidence(flag: Flag, today: date) -> Evidence:
    trial = flag.trial
    first = trial.started_on if trial else today - timedelta(days=83)
    pain = daily_pain(flag.episode, first - timedelta(days=14), today)
    review = trial.review if trial else None
    numbers = Numbers.from_json(review.numbers) if review and review.numbers else None
    return Evidence(
        numbers=numbers,
        assessed_on=review.assessed_on if review else None,
        days=(today - first).days + 1,
        days_logged=sum(day >= first for day in pain),
        change=_change(numbers),
        change_percent=_change_percent(numbers),
        function_percent=_function_percent(numbers),
        chart=_chart(flag, numbers, pain, (first, today)),
    )


def daily_pain(episode: Episode, first: date, last: date) -> dict[date, float]:
    """The days' values between two days."""
    days = SymptomLog.objects.of_the_day().filter(episode=episode).between(first, last)
    return dict(days.values_list("local_date", "average_pain"))


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
    flag: Flag, numbers: Numbers | None, pain: dict[date, float], period: tuple[date, date]
) -> Trend:
    windows = [Window(period[1] - RECENT, period[1], "Last 14 days")]
    target = None
    if numbers and numbers.target is not None and numbers.status != Status.INSUFFICIENT_DATA:
        target = Target(numbers.target, f"Target {numbers.target:.1f}")
    return trend(
        "Average pain", pain, period=period, events=events(flag.episode), rule=(windows, target)
    )


def events(episode: Episode) -> list[Event]:
    """Tiers, cycles and decisions, as marks of a chart."""
    trials = TierTrial.objects.filter(episode=episode).select_related("tier")
    marks = [Event(trial.started_on, f"Tier {trial.level} started", "tier") for trial in trials]
    for trial in trials.prefetch_related("cycles__modality"):
        marks += [Event(c.started_on, c.modality.title, "procedure") for c in trial.cycles.all()]
    decisions = Decision.objects.filter(flag__episode=episode)
    zone = episode.patient.clinic.zone
    marks += [
        Event(d.decided_at.astimezone(zone).date(), f"Decision: {d.get_kind_display()}", "decision")
        for d in decisions
    ]
    return marks
