"""The visit brief: what patient and clinician look at together, on one page. The same for both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import Membership
from patients.logs.log_schedule import asked_in_a_week, protocol_of
from patients.models import (
    Decision,
    Episode,
    FunctionScore,
    MedicationCourse,
    OwnActivity,
    Patient,
    Procedure,
    SymptomLog,
    TierTrial,
    TreatmentCycle,
    VisitQuestion,
)
from patients.portal.selectors.progress import events
from patients.questionnaires.selectors.due import ACTIVITIES, OVERALL
from patients.questionnaires.selectors.measures import Measures, measures_of, questionnaire_name
from patients.record.charts import Event, Recent, TrendChart, recent, trend
from patients.record.selectors.steps import step_name
from patients.record.small_charts import Strip, StripRun, strip

# One page has room for so many of each; the record has the rest.
MOST_TRIALS, MOST_COURSES = 5, 6
USUAL_DAYS = timedelta(days=83)
MEDICINE_DAYS = timedelta(days=27)


@dataclass(frozen=True)
class FunctionLine:
    """One measure: its first score and its latest; the first is None where it is the same."""

    name: str
    top: int
    first: float | None
    latest: float
    on: date


@dataclass(frozen=True)
class TrialLine:
    """One step, how it went by the logs, and by the patient's own answer where there is one."""

    trial: TierTrial
    name: str
    own_word: str


@dataclass(frozen=True)
class MedicineDays:
    """Of the days logged in four weeks, how many spoke of which use of medicine."""

    planned: int
    extra: int
    none: int
    unsaid: int

    @property
    def said(self) -> bool:
        return bool(self.planned or self.extra or self.none)


@dataclass(frozen=True)
class Brief:
    episode: Episode
    today: date
    trial: TierTrial | None
    chart: TrendChart
    steps: Strip
    recent: Recent
    function: list[FunctionLine]
    trials: list[TrialLine]
    medicine: MedicineDays
    courses: list[MedicationCourse]
    question: VisitQuestion | None
    talked_about: VisitQuestion | None


def brief_of(viewer: Membership | Patient, episode: Episode, now: datetime) -> Brief:
    """`episode` is one that this person may see; days are the patient's."""
    today = episode.patient.local_date(now)
    trials = list(
        episode.trials.counted()
        .select_related("tier__protocol", "review")
        .defer("tier__protocol__source")
        .order_by("started_on", "pk")
    )
    running = [trial for trial in trials if trial.ended_on is None]
    trial = max(running, key=lambda one: one.level, default=None)
    measures = measures_of(viewer, episode)
    period = _began(trials, measures, today), today
    questions = VisitQuestion.objects.visible_to(viewer).filter(episode=episode)
    return Brief(
        episode=episode,
        today=today,
        trial=trial,
        chart=trend(_("Pain"), measures.pain, period=period, events=_marks(episode)),
        steps=strip(map(_run, trials), period=period),
        recent=recent(measures.pain, today=today, asked=_asked(episode, running, measures, today)),
        function=[*_function(measures), *activities_of(viewer, episode)],
        trials=_trials(viewer, trials[-MOST_TRIALS:]),
        medicine=_medicine(viewer, episode, today),
        courses=list(_courses(viewer, episode)),
        question=questions.filter(discussed_at=None).first(),
        talked_about=questions.exclude(discussed_at=None).order_by("-discussed_at").first(),
    )


def _began(trials: list[TierTrial], measures: Measures, today: date) -> date:
    """The whole of the complaint is told, so that the page does not empty when a step begins."""
    days = [*(trial.started_on for trial in trials), *measures.pain]
    return min(days, default=today - USUAL_DAYS)


def _asked(
    episode: Episode, running: list[TierTrial], measures: Measures, today: date
) -> int | None:
    """Out of the steps nobody counts what was asked for."""
    if not running:
        return None
    return asked_in_a_week(episode, running, measures.pain, protocol_of(running), today)


def _run(trial: TierTrial) -> StripRun:
    return StripRun(trial.level, step_name(trial.tier), trial.started_on, trial.ended_on)


def _marks(episode: Episode) -> list[Event]:
    """The same for both readers: treatments, blocks, and the days on which the team wrote."""
    cycles = TreatmentCycle.objects.not_withdrawn().filter(trial__episode=episode)
    blocks = Procedure.objects.not_withdrawn().filter(episode=episode, cycle=None)
    told = Decision.objects.in_force().filter(flag__episode=episode).exclude(patient_sentence="")
    local_date = episode.patient.local_date
    return events(
        treatments=[
            *((each.started_on, each.modality.title) for each in cycles.select_related("modality")),
            *((each.done_on, each.modality.title) for each in blocks.select_related("modality")),
        ],
        messages=[local_date(at) for at in told.values_list("decided_at", flat=True)],
    )


def _function(measures: Measures) -> list[FunctionLine]:
    """From the first answer of the complaint to the latest."""
    return [
        FunctionLine(
            name=questionnaire_name(instrument.key),
            top=instrument.maximum,
            first=days[min(days)] if len(days) > 1 else None,
            latest=days[max(days)],
            on=max(days),
        )
        for instrument, days in measures.function
    ]


def activities_of(viewer: Membership | Patient, episode: Episode) -> list[FunctionLine]:
    """Each activity in the patient's words, from the first answer since it was chosen."""
    chosen = list(
        OwnActivity.objects.visible_to(viewer)
        .filter(episode=episode, retired_at=None)
        .order_by("position")
    )
    if not chosen:
        return []
    scores = FunctionScore.objects.visible_to(viewer).filter(
        episode=episode, instrument__key=ACTIVITIES, completed_at__gte=chosen[0].chosen_at
    )
    rows = list(scores.order_by("completed_at", "pk"))
    lines = (_activity(each, rows) for each in chosen)
    return [line for line in lines if line is not None]


def _activity(activity: OwnActivity, scores: Iterable[FunctionScore]) -> FunctionLine | None:
    key = ("activity-one", "activity-two", "activity-three")[activity.position - 1]
    given = [
        (one.local_date, one.answers[key]) for one in scores if one.answers.get(key) is not None
    ]
    if not given:
        return None
    return FunctionLine(
        name=activity.wording,
        top=10,
        first=given[0][1] if len(given) > 1 else None,
        latest=given[-1][1],
        on=given[-1][0],
    )


def _trials(viewer: Membership | Patient, trials: list[TierTrial]) -> list[TrialLine]:
    scores = FunctionScore.objects.visible_to(viewer).filter(
        instrument__key=OVERALL, trial__in=trials
    )
    words: dict[int | None, str] = {}
    for score in scores.select_related("instrument").order_by("completed_at"):
        choices = score.instrument.items_to_show()[0].choices
        words[score.trial_id] = choices[int(score.total) - 1]
    return [TrialLine(one, step_name(one.tier), words.get(one.pk, "")) for one in trials]


def _medicine(viewer: Membership | Patient, episode: Episode, today: date) -> MedicineDays:
    logs = SymptomLog.objects.visible_to(viewer).filter(episode=episode)
    days = logs.of_the_day().between(today - MEDICINE_DAYS, today)
    counts = Counter(days.values_list("medicine", flat=True))
    use = SymptomLog.Medicine
    return MedicineDays(counts[use.PLANNED], counts[use.EXTRA], counts[use.NONE], counts[""])


def _courses(viewer: Membership | Patient, episode: Episode) -> Iterable[MedicationCourse]:
    """Those that run first, then the ones that ended last."""
    courses = MedicationCourse.objects.visible_to(viewer).not_withdrawn().filter(episode=episode)
    latest = F("started_on").desc(nulls_last=True)
    return courses.order_by("-ended_on", latest, "pk")[:MOST_COURSES]
