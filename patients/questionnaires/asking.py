"""A page of questions on its way: what it asks, in which words, and the answers that are kept so far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.http import Http404
from django.utils.translation import gettext as _

from accounts.access import PatientRequest
from pathway.models import Instrument, InstrumentItem, Scoring
from patients.models import AnswerDraft, Episode, OwnActivity, TierTrial
from patients.questionnaires.selectors.drafts import draft_name
from patients.questionnaires.selectors.due import (
    ACTIVITIES,
    MINUTES,
    OVERALL,
    SHEETS,
    due_instruments,
    ended_trial,
    fits,
)
from patients.record.selectors.care_status import CareStatus

# Answers of yesterday may be continued, older ones would be about another week than the rest.
KEPT_DAYS = timedelta(days=1)
# Of three activities one may be left out; no other score may have a gap (pathway/rules/scores.py).
MAY_SKIP_FROM = 3


@dataclass(frozen=True)
class AskedQuestion:
    """One question in the words in which it is asked."""

    key: str
    text: str
    scoring: str
    low: str = ""
    high: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Asking:
    """One questionnaire for one patient. `trial` is the step whose end an overall change is about."""

    instrument: Instrument
    questions: list[AskedQuestion]
    trial: TierTrial | None = None

    @property
    def key(self) -> str:
        return self.instrument.key

    @property
    def is_own(self) -> bool:
        """In our words and the patient's, so that it follows the language of the page."""
        return self.key == ACTIVITIES

    @property
    def is_ticked(self) -> bool:
        """A list of sentences, of which those are ticked that are true."""
        return self.instrument.scoring == Scoring.COUNT

    @property
    def may_skip(self) -> bool:
        return self.is_own and len(self.questions) >= MAY_SKIP_FROM


@dataclass(frozen=True)
class Sheet:
    """The questionnaires that are asked on one page, and what was answered before.

    `submission_id` is the same in every tab until the page has been sent: it is of the complaint, the
    page and the number of scores so far.
    """

    episode: Episode
    key: str
    askings: list[Asking]
    kept: AnswerDraft | None
    fresh_since: datetime
    submission_id: UUID

    @property
    def draft(self) -> str:
        return draft_name(self.episode, self.key)

    @property
    def name(self) -> str:
        """Of the page, or of the one questionnaire on it."""
        return self.key if len(self.askings) > 1 else self.askings[0].key

    @property
    def minutes(self) -> int:
        return MINUTES[self.name]

    @property
    def has_questions(self) -> bool:
        return any(each.questions for each in self.askings)

    @property
    def in_english(self) -> bool:
        """Whether published wording is on it, which is never translated by us."""
        return any(not each.is_own for each in self.askings)

    @property
    def answers(self) -> dict[str, dict[str, Any]]:
        """Those kept, by questionnaire."""
        return self.kept.answers if self.kept else {}


def sheet(
    request: PatientRequest, episode: Episode, key: str, status: CareStatus, now: datetime
) -> Sheet:
    """What is due of the page, or all that is asked regularly where nothing is due.

    Raises Http404 for what is not ours to ask this patient now.
    """
    today = episode.patient.local_date(now)
    askings = [
        _asking(episode, each, status, request) for each in _asked(episode, key, status, now)
    ]
    if not askings:
        raise Http404
    fresh_since = datetime.combine(today - KEPT_DAYS, time(), episode.patient.zone)
    kept = AnswerDraft.objects.visible_to(request.patient).filter(
        form=draft_name(episode, key), saved_at__gte=fresh_since
    )
    return Sheet(episode, key, askings, kept.first(), fresh_since, _submission_id(episode, key))


def _asked(episode: Episode, key: str, status: CareStatus, now: datetime) -> list[Instrument]:
    keys = SHEETS.get(key, ())
    today = episode.patient.local_date(now)
    due = [each for each in due_instruments(episode, status, today) if each.key in keys]
    if due:
        return due
    regular = [each for each in keys if each != OVERALL and fits(each, episode)]
    return list(status.protocol.instruments.keyed(regular).filter(may_ship_items=True))


def _submission_id(episode: Episode, key: str) -> UUID:
    sent = episode.scores.filter(instrument__key__in=SHEETS[key]).count()
    return uuid5(NAMESPACE_URL, f"spinecare:sheet:{episode.pk}:{key}:{sent}")


def _asking(
    episode: Episode, instrument: Instrument, status: CareStatus, request: PatientRequest
) -> Asking:
    today = episode.patient.local_date(status.now)
    return Asking(
        instrument=instrument,
        questions=_questions(request, episode, instrument),
        trial=ended_trial(status.trials, today) if instrument.key == OVERALL else None,
    )


def _questions(
    request: PatientRequest, episode: Episode, instrument: Instrument
) -> list[AskedQuestion]:
    """The items as published; for the patient's own activities, in the patient's own words."""
    items = instrument.items_to_show()
    if instrument.key != ACTIVITIES:
        return [_as_published(item, instrument) for item in items]
    chosen = own_activities(request, episode)
    return [_own(item, activity) for item, activity in zip(items, chosen, strict=False)]


def _as_published(item: InstrumentItem, instrument: Instrument) -> AskedQuestion:
    return AskedQuestion(
        key=item.key,
        text=item.text,
        scoring=instrument.scoring,
        low=item.low_anchor,
        high=item.high_anchor,
        choices=tuple(item.choices),
    )


def _own(item: InstrumentItem, activity: OwnActivity) -> AskedQuestion:
    return AskedQuestion(
        key=item.key,
        text=_("%s: how hard was it this past week?") % activity.wording,
        scoring=Scoring.MEAN,
        low=item.low_anchor,
        high=item.high_anchor,
    )


def own_activities(request: PatientRequest, episode: Episode) -> list[OwnActivity]:
    chosen = OwnActivity.objects.visible_to(request.patient).filter(
        episode=episode, retired_at=None
    )
    return list(chosen.order_by("position"))
