"""Which questionnaires are due, each as often as intended, and which of them are asked on one page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
# What is asked together, on one page and under one name.
CHECK_IN = "check-in"
SHEETS = {CHECK_IN: (PEG, ACTIVITIES, OVERALL), ROLAND_MORRIS: (ROLAND_MORRIS,)}
MINUTES = {CHECK_IN: 2, PEG: 1, ACTIVITIES: 1, OVERALL: 1, ROLAND_MORRIS: 3}
# The end of a step is still in mind: as long as calibration.py takes an answer for one about it.
ASKED_AFTER_END = timedelta(days=28)
LONG_ENOUGH = timedelta(days=7)

Last = dict[tuple[str, int | None], date]


@dataclass(frozen=True)
class DueSheet:
    """A page of questions to answer; `begun` where some of its answers are kept."""

    key: str
    instruments: list[Instrument]
    begun: bool

    @property
    def name(self) -> str:
        """Of the page, or of the one questionnaire on it."""
        return self.key if len(self.instruments) > 1 else self.instruments[0].key

    @property
    def minutes(self) -> int:
        return MINUTES[self.name]


def fits(key: str, episode: Episode) -> bool:
    """Whether a questionnaire is about this complaint: Roland-Morris is for low back pain only."""
    return key != ROLAND_MORRIS or episode.region == Episode.Region.BACK


def due_sheets(episode: Episode, status: CareStatus, today: date) -> list[DueSheet]:
    """The pages with something due on them, and what that is."""
    due = due_instruments(episode, status, today)
    begun = begun_sheets(episode) if due else set()
    found = {key: [each for each in due if each.key in asked] for key, asked in SHEETS.items()}
    return [DueSheet(key, each, key in begun) for key, each in found.items() if each]


def due_instruments(episode: Episode, status: CareStatus, today: date) -> list[Instrument]:
    """Regular ones only where the step asks."""
    last: Last = {(key, trial): day for key, trial, day in _last_days.rows(episode.pk)}
    asked = _asked(status.protocol)
    return [one for one in asked if _is_due(one, episode, status, last, today)]


@composed(int)
def _last_days(episode: int) -> QuerySet[Any]:
    """Of each questionnaire, by the step that it was about."""
    rows = FunctionScore.objects.filter(episode=episode, instrument__key__in=ASKED)
    return rows.values_list("instrument__key", "trial").annotate(Max("local_date"))


@lru_cache(maxsize=64)
def _asked(protocol: Protocol) -> list[Instrument]:
    """Rows of a published version never change: a process reads them once."""
    return list(protocol.instruments.keyed(ASKED))


def begun_sheets(episode: Episode) -> set[str]:
    forms = {draft_name(episode, key): key for key in SHEETS}
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
