"""Which questionnaires are due: those that we may show, each as often as intended."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import Max, QuerySet

from accounts.composed import composed
from pathway.models import Instrument, Protocol
from patients.models import AnswerDraft, Episode, FunctionScore, TierTrial
from patients.questionnaires.selectors.drafts import draft_name
from patients.record.selectors.care_status import CareStatus

PEG, ACTIVITIES, ROLAND_MORRIS, OVERALL = "peg", "my-three-activities", "rmdq", "pgic"
ASKED = [PEG, ACTIVITIES, ROLAND_MORRIS, OVERALL]
MINUTES = {PEG: 1, ACTIVITIES: 1, ROLAND_MORRIS: 5, OVERALL: 1}
# The end of a step is still in mind: as long as calibration.py takes an answer for one about it.
ASKED_AFTER_END = timedelta(days=28)
LONG_ENOUGH = timedelta(days=7)

Last = dict[tuple[str, int | None], date]


@dataclass(frozen=True)
class Due:
    """A questionnaire to answer; `begun` where some of its answers are kept."""

    instrument: Instrument
    begun: bool

    @property
    def minutes(self) -> int:
        return MINUTES[self.instrument.key]


def fits(key: str, episode: Episode) -> bool:
    """Whether a questionnaire is about this complaint: Roland-Morris is for low back pain only."""
    return key != ROLAND_MORRIS or episode.region == Episode.Region.BACK


def due_questions(episode: Episode, status: CareStatus, today: date) -> list[Due]:
    """In the order of the protocol; regular ones only where the step asks."""
    last: Last = {(key, trial): day for key, trial, day in _last_days.rows(episode.pk)}
    asked = _asked(status.protocol)
    due = [one for one in asked if _is_due(one, episode, status, last, today)]
    begun = begun_forms(episode, due)
    return [Due(one, one.key in begun) for one in due]


@composed(int)
def _last_days(episode: int) -> QuerySet[Any]:
    """Of each questionnaire, by the step that it was about."""
    rows = FunctionScore.objects.filter(episode=episode, instrument__key__in=ASKED)
    return rows.values_list("instrument__key", "trial").annotate(Max("local_date"))


@lru_cache(maxsize=64)
def _asked(protocol: Protocol) -> list[Instrument]:
    """Rows of a published version never change: a process reads them once."""
    return list(protocol.instruments.keyed(ASKED))


def begun_forms(episode: Episode, due: Collection[Instrument]) -> set[str]:
    if not due:
        return set()
    forms = {draft_name(episode, key): key for key in ASKED}
    return {forms[form] for (form,) in _drafts.rows(episode.patient_id) if form in forms}


@composed(int)
def _drafts(patient: int) -> QuerySet[Any]:
    """The names of all forms that they have begun: a few."""
    return AnswerDraft.objects.filter(patient=patient).values_list("form")


def _is_due(
    instrument: Instrument, episode: Episode, status: CareStatus, last: Last, today: date
) -> bool:
    if not instrument.may_ship_items or not fits(instrument.key, episode):
        return False
    if instrument.key == OVERALL:
        trial = ended_trial(status.trials, today)
        return trial is not None and (OVERALL, trial.pk) not in last
    if status.trial is None or status.trial.tier.function_every_days is None:
        return False
    answered = last.get((instrument.key, None))
    return answered is None or answered <= today - timedelta(days=instrument.every_days or 0)


def ended_trial(trials: Iterable[TierTrial], today: date) -> TierTrial | None:
    """The step to ask the overall change about: the last that ended, planned or not, in four weeks."""
    ends = [(end, trial.pk, trial) for trial, end in _ends(trials) if _in_mind(end, today)]
    return max(ends)[-1] if ends else None


def _ends(trials: Iterable[TierTrial]) -> Iterator[tuple[TierTrial, date]]:
    for trial in trials:
        end = trial.ended_on or trial.ends_on
        if end - trial.started_on >= LONG_ENOUGH:
            yield trial, end


def _in_mind(end: date, today: date) -> bool:
    return end <= today <= end + ASKED_AFTER_END
