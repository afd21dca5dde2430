"""The course of one complaint on a chart: the diary's days, other measures, what was done when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pathway.models import Scoring
from patients.models import Decision, Episode, FunctionScore, SymptomLog
from patients.record.charts import ChartLine, Event
from patients.record.selectors.record import Record

DAYS_BEFORE = timedelta(days=14)


@dataclass(frozen=True)
class CourseDay:
    """The day's value: its last log."""

    pain: float
    interference: int | None
    programme: str
    exercises_done: Sequence[int] = ()


@dataclass(frozen=True)
class Programme:
    """What the logs answered of the programme at home. Rest days and days without an answer are not
    counted; "some" counts half."""

    done: int
    some: int
    none: int

    @property
    def answered(self) -> int:
        return self.done + self.some + self.none

    @property
    def share(self) -> float | None:
        return (self.done + self.some / 2) / self.answered if self.answered else None

    @property
    def percent(self) -> int | None:
        return None if self.share is None else round(100 * self.share)


def days_of(episode: Episode, today: date) -> dict[date, CourseDay]:
    """Every day with a log up to today, earliest first."""
    logs = SymptomLog.objects.of_the_day().filter(episode=episode, local_date__lte=today)
    columns = ("average_pain", "interference", "programme", "exercises_done")
    return {day: CourseDay(*said) for day, *said in logs.values_list("local_date", *columns)}


def programme_in(diary: Mapping[date, CourseDay], first: date, last: date) -> Programme:
    """Both days included."""
    said = Counter(each.programme for day, each in diary.items() if first <= day <= last)
    return Programme(said["done"], said["some"], said["none"])


def measures(record: Record, diary: Mapping[date, CourseDay]) -> list[ChartLine]:
    """Interference as logged, and the questionnaire answered most often, on the same 0 to 10."""
    interference = {
        day: float(said.interference)
        for day, said in diary.items()
        if said.interference is not None
    }
    lines = [ChartLine("How much it got in the way", interference)] if interference else []
    followed = followed_scores(record.scores)
    if followed:
        name = followed[0].instrument.short_name
        function = {score.local_date: float(score.percent) / 10 for score in followed}
        lines.append(ChartLine(f"{name}, a tenth of its 0 to 100", function, joined=True))
    return lines


def followed_scores(scores: Iterable[FunctionScore]) -> list[FunctionScore]:
    """Those of the questionnaire answered most often; single questions say nothing of function."""
    forms = [score for score in scores if score.instrument.scoring != Scoring.SINGLE]
    answered = Counter(score.instrument_id for score in forms)
    if not answered:
        return []
    [(chosen, _times)] = answered.most_common(1)
    return [score for score in forms if score.instrument_id == chosen]


def events(record: Record) -> list[Event]:
    """Tiers, what was done in them, and decisions, as marks of a chart."""
    return [*_steps(record), *_treatments(record), *_looks(record)]


def _steps(record: Record) -> list[Event]:
    marks = [
        Event(trial.started_on, f"Tier {trial.level} started", "tier") for trial in record.trials
    ]
    marks += [Event(plan.given_on, "Self-care plan given", "tier") for plan in record.plans]
    return marks + [
        Event(each.started_on, "Programme started", "tier") for each in record.programmes
    ]


def _treatments(record: Record) -> list[Event]:
    marks = [Event(each.started_on, each.modality.title, "procedure") for each in record.cycles]
    for procedure in record.procedures:
        words = f"{procedure.modality.title} {procedure.level}"
        marks.append(Event(procedure.done_on, words, "procedure"))
    for course in record.medicines:
        if course.started_on:
            marks.append(Event(course.started_on, f"{course.name} started", "procedure"))
        if course.ended_on:
            marks.append(Event(course.ended_on, f"{course.name} ended", "procedure"))
    return marks


def _looks(record: Record) -> list[Event]:
    """Decisions, images and reassessments; a correction is no mark of its own."""
    first = [each for each in record.decisions if each.corrects_id is None]
    marks = [
        Event(record.clinic_day(each), f"Decision: {Decision.Kind(each.kind).label}", "decision")
        for each in first
    ]
    dated = [each for each in record.imaging if each.day_known]
    marks += [Event(each.done_on, each.get_method_display(), "decision") for each in dated]
    return marks + [
        Event(each.held_on, "Reassessment", "decision") for each in record.reassessments
    ]
