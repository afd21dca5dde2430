"""What stands beside the questions: the course, what was tried, function as named scores, images."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from pathway.models import Instrument, Scoring
from patients.models import FunctionScore, OwnActivity, Reassessment, VisitQuestion
from patients.record.charts import TrendChart
from patients.record.selectors.evidence import FlagEvidence, evidence_of
from patients.record.selectors.tables import Tables, tables
from patients.review.daily_checks import opioid_settings

ACTIVITIES = "my-three-activities"
ANSWERS = ("activity-one", "activity-two", "activity-three")
RECENT = timedelta(days=13)


@dataclass(frozen=True)
class NamedScores:
    """One questionnaire: its first score and its latest, each with its day."""

    instrument: Instrument
    times: int
    first: tuple[Decimal, date]
    latest: tuple[Decimal, date]


@dataclass(frozen=True)
class ActivityScores:
    """One activity in the patient's words: its first answer since it was chosen, and its latest."""

    wording: str
    first: tuple[int, date]
    latest: tuple[int, date]


@dataclass(frozen=True)
class PainNow:
    """The mean of the last 14 days, over those that were logged."""

    mean: float | None
    days: int
    first: date
    last: date


@dataclass(frozen=True)
class Beside:
    today: date
    chart: TrendChart
    tables: Tables
    pain: PainNow
    function: list[NamedScores]
    activities: list[ActivityScores]
    asked: VisitQuestion | None


def beside(reassessment: Reassessment, today: date) -> Beside:
    """As the record stands today."""
    episode = reassessment.episode
    shown = evidence_of(episode, today)
    chosen = OwnActivity.objects.filter(episode=episode, retired_at=None).order_by("position")
    questions = VisitQuestion.objects.filter(episode=episode, discussed_at=None)
    return Beside(
        today=today,
        chart=shown.chart,
        tables=tables(shown, episode, today, opioid_settings(reassessment.protocol)),
        pain=_pain(shown, today),
        function=list(_named(shown.record.scores)),
        activities=list(_activities(chosen, shown.record.scores)),
        asked=questions.first(),
    )


def _pain(shown: FlagEvidence, today: date) -> PainNow:
    first = today - RECENT
    scores = [said.pain for day, said in shown.diary.items() if first <= day <= today]
    mean = sum(scores) / len(scores) if scores else None
    return PainNow(mean, len(scores), first, today)


def _named(scores: Iterable[FunctionScore]) -> Iterator[NamedScores]:
    """By questionnaire; single questions say nothing of function, and activities speak for themselves."""
    by_key: defaultdict[str, list[FunctionScore]] = defaultdict(list)
    for score in scores:
        if score.instrument.scoring != Scoring.SINGLE and score.instrument.key != ACTIVITIES:
            by_key[score.instrument.key].append(score)
    for own in by_key.values():
        first, latest = own[0], own[-1]
        yield NamedScores(
            latest.instrument,
            len(own),
            (first.total, first.local_date),
            (latest.total, latest.local_date),
        )


def _activities(
    chosen: Iterable[OwnActivity], scores: Iterable[FunctionScore]
) -> Iterator[ActivityScores]:
    forms = [each for each in scores if each.instrument.key == ACTIVITIES]
    for activity in chosen:
        key = ANSWERS[activity.position - 1]
        given = [
            (each.answers[key], each.local_date)
            for each in forms
            if each.completed_at >= activity.chosen_at and each.answers.get(key) is not None
        ]
        if given:
            yield ActivityScores(activity.wording, given[0], given[-1])
