"""What a row of the worklist shows, read in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from patients.charts import Sparkline, sparkline
from patients.models import Flag, SymptomLog

WEEKS = 12
WEEK = 7
PAGE = 50


@dataclass(frozen=True)
class Row:
    """One flag: who, why, since when, by when, and twelve weeks of pain at a glance."""

    flag: Flag
    day: int | None
    more_reasons: int
    spark: Sparkline
    is_overdue: bool


def rows(flags: Iterable[Flag], now: datetime) -> list[Row]:
    listed = list(flags)
    weekly = weekly_means({flag.episode_id for flag in listed}, now.date())
    return [_row(flag, weekly[flag.episode_id], now) for flag in listed]


def _row(flag: Flag, weeks: Sequence[float | None], now: datetime) -> Row:
    return Row(
        flag=flag,
        day=flag.trial.day(now.date()) if flag.trial else None,
        more_reasons=len(flag.findings.all()) - 1,
        spark=sparkline(weeks, target=target_of(flag)),
        is_overdue=flag.due_at < now,
    )


def target_of(flag: Flag) -> float | None:
    """The score at which the trial would have responded, as the rules last said."""
    review = getattr(flag.trial, "review", None)
    target = (review.numbers or {}).get("target") if review else None
    return None if target is None else float(target)


def weekly_means(episodes: set[int], today: date) -> dict[int, list[float | None]]:
    """Per episode twelve weekly averages of the days' values, oldest first; None where none."""
    first = today - timedelta(days=WEEKS * WEEK - 1)
    days = SymptomLog.objects.of_the_day().filter(episode__in=episodes).between(first, today)
    weeks: defaultdict[int, list[list[int]]] = defaultdict(lambda: [[] for _ in range(WEEKS)])
    for episode, day, pain in days.values_list("episode", "local_date", "average_pain"):
        weeks[episode][(day - first).days // WEEK].append(pain)
    return {
        episode: [sum(week) / len(week) if week else None for week in weeks[episode]]
        for episode in episodes
    }
