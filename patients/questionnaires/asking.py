"""A questionnaire on its way: its questions in their words, and the answers that are kept so far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.access import PatientRequest
from pathway.models import Instrument, InstrumentItem, Scoring
from patients.models import AnswerDraft, ClinicProtocol, Episode, OwnActivity, TierTrial
from patients.questionnaires.actions.scores import (
    record_activities,
    record_overall_change,
    record_peg,
    record_roland_morris,
)
from patients.questionnaires.selectors.drafts import draft_name
from patients.questionnaires.selectors.due import (
    ACTIVITIES,
    OVERALL,
    PEG,
    ROLAND_MORRIS,
    ended_trial,
    fits,
)

RECORD = {
    PEG: record_peg,
    ACTIVITIES: record_activities,
    ROLAND_MORRIS: record_roland_morris,
    OVERALL: record_overall_change,
}
# Answers of yesterday may be continued, older ones would be about another week than the rest.
KEPT_DAYS = timedelta(days=1)
# Of three activities one may be left out; no other score may have a gap (pathway/rules/scores.py).
MAY_SKIP_FROM = 3


@dataclass(frozen=True)
class AskedQuestion:
    """One question in the words in which it is asked."""

    key: str
    number: int
    text: str
    scoring: str
    low: str = ""
    high: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Asking:
    """One questionnaire for one patient. `trial` is the step whose end an overall change is about."""

    episode: Episode
    instrument: Instrument
    questions: list[AskedQuestion]
    kept: AnswerDraft | None
    fresh_since: datetime
    trial: TierTrial | None = None

    @property
    def key(self) -> str:
        return self.instrument.key

    @property
    def is_own(self) -> bool:
        """In our words and the patient's, so that it follows the language of the page."""
        return self.key == ACTIVITIES

    @property
    def may_skip(self) -> bool:
        return self.is_own and len(self.questions) >= MAY_SKIP_FROM

    @property
    def answers(self) -> dict[str, Any]:
        """Those given so far, in the order asked; None where the question was skipped."""
        if self.kept is None:
            return {}
        given = self.kept.answers
        return {one.key: given[one.key] for one in self.questions if one.key in given}

    @property
    def first_open(self) -> AskedQuestion | None:
        """Where to start or to go on."""
        answers = self.answers
        return next((one for one in self.questions if one.key not in answers), None)

    @property
    def lines(self) -> list[tuple[AskedQuestion, str | int | None]]:
        """Each question with its answer in words, to be checked before sending."""
        return [(one, _in_words(one, self.answers[one.key])) for one in self.questions]

    def question(self, number: int) -> AskedQuestion:
        if not 1 <= number <= len(self.questions):
            raise Http404
        return self.questions[number - 1]


def asking(request: PatientRequest, episode: Episode, key: str, now: datetime) -> Asking:
    """Raises Http404 for what is not ours to ask this patient now."""
    if key not in RECORD or not fits(key, episode):
        raise Http404
    protocol = ClinicProtocol.objects.in_use(episode.patient.clinic, now)
    instrument = get_object_or_404(protocol.instruments, key=key, may_ship_items=True)
    today = episode.patient.local_date(now)
    fresh_since = datetime.combine(today - KEPT_DAYS, time(), episode.patient.zone)
    kept = AnswerDraft.objects.visible_to(request.patient).filter(
        form=draft_name(episode, key), saved_at__gte=fresh_since
    )
    return Asking(
        episode=episode,
        instrument=instrument,
        questions=_questions(request, episode, instrument),
        kept=kept.first(),
        fresh_since=fresh_since,
        trial=_trial(request, episode, today) if key == OVERALL else None,
    )


def _trial(request: PatientRequest, episode: Episode, today: date) -> TierTrial:
    trials = TierTrial.objects.visible_to(request.patient).filter(episode=episode)
    trial = ended_trial(trials.select_related("tier"), today)
    if trial is None:
        raise Http404
    return trial


def _questions(
    request: PatientRequest, episode: Episode, instrument: Instrument
) -> list[AskedQuestion]:
    """The items as published; for the patient's own activities, in the patient's own words."""
    items = enumerate(instrument.items_to_show(), start=1)
    if instrument.key != ACTIVITIES:
        return [_as_published(number, item, instrument) for number, item in items]
    chosen = own_activities(request, episode)
    return [
        _own(number, item, activity)
        for (number, item), activity in zip(items, chosen, strict=False)
    ]


def _as_published(number: int, item: InstrumentItem, instrument: Instrument) -> AskedQuestion:
    return AskedQuestion(
        key=item.key,
        number=number,
        text=item.text,
        scoring=instrument.scoring,
        low=item.low_anchor,
        high=item.high_anchor,
        choices=tuple(item.choices),
    )


def _own(number: int, item: InstrumentItem, activity: OwnActivity) -> AskedQuestion:
    return AskedQuestion(
        key=item.key,
        number=number,
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


def _in_words(question: AskedQuestion, answer: int | None) -> str | int | None:
    if question.scoring == Scoring.COUNT:
        return _("Ticked") if answer else _("Not ticked")
    if question.choices and answer is not None:
        return question.choices[answer - 1]
    return answer
