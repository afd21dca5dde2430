"""A questionnaire is completed, or the total of one that may not be shown here is entered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from accounts.models import User
from pathway.models import Instrument
from pathway.rules import (
    Score,
    score_activities,
    score_overall_change,
    score_peg,
    score_roland_morris,
)
from patients.models import Episode, FunctionScore, OwnActivity, TierTrial
from patients.questionnaires.actions.drafts import forget_answers, forget_questionnaire
from patients.questionnaires.selectors.drafts import draft_name
from patients.questionnaires.selectors.due import (
    ACTIVITIES,
    CHECK_IN,
    OVERALL,
    PEG,
    ROLAND_MORRIS,
)
from patients.review.queue import mark_review_due


class Incomplete(Exception):
    """Too many questions were left out to count; the answers are not kept as a score."""


class TotalOutOfRange(Exception):
    """The total lies outside the instrument's range."""


@dataclass(frozen=True)
class FilledForm:
    """One filled form: answers by item key, in the order asked; None where left out.

    `trial` is the one whose end an overall change speaks of; `filled_on` the day of one that was
    filled on paper, else it is the patient's day now.
    """

    instrument: Instrument
    submission_id: UUID
    answers: dict[str, int | None]
    trial: TierTrial | None = None
    filled_on: date | None = None


@transaction.atomic
def record_peg(*, episode: Episode, form: FilledForm, by: User, now: datetime) -> FunctionScore:
    """Raises Incomplete unless all three items are answered."""
    return _record(episode, form, score_peg(list(form.answers.values())), by, now)


@transaction.atomic
def record_activities(
    *, episode: Episode, form: FilledForm, by: User, now: datetime
) -> FunctionScore:
    """The patient's own activities, 0 to 10 each. Raises Incomplete."""
    return _record(episode, form, score_activities(list(form.answers.values())), by, now)


@transaction.atomic
def record_roland_morris(
    *, episode: Episode, form: FilledForm, by: User, now: datetime
) -> FunctionScore:
    """Ticks by sentence. Raises Incomplete where a sentence was never shown."""
    ticked = [None if tick is None else bool(tick) for tick in form.answers.values()]
    return _record(episode, form, score_roland_morris(ticked), by, now)


@transaction.atomic
def record_overall_change(
    *, episode: Episode, form: FilledForm, by: User, now: datetime
) -> FunctionScore:
    """The patient's own word at the end of `form.trial`: 1 to 7. Raises Incomplete."""
    return _record(episode, form, score_overall_change(list(form.answers.values())), by, now)


RECORD = {
    PEG: record_peg,
    ACTIVITIES: record_activities,
    ROLAND_MORRIS: record_roland_morris,
    OVERALL: record_overall_change,
}


@transaction.atomic
def record_sheet(
    *, episode: Episode, sheet: str, filled: Sequence[FilledForm], by: User, now: datetime
) -> list[FunctionScore]:
    """The questionnaires of one page, all or none; nothing of it is kept as a draft. Raises Incomplete."""
    saved = [
        RECORD[each.instrument.key](episode=episode, form=each, by=by, now=now) for each in filled
    ]
    forget_answers(patient=episode.patient, form=draft_name(episode, sheet))
    return saved


@transaction.atomic
def record_total(
    *, episode: Episode, form: FilledForm, total: Decimal, by: User, now: datetime
) -> FunctionScore:
    """The total of a licensed questionnaire, filled in elsewhere. Raises TotalOutOfRange."""
    low, high = form.instrument.minimum, form.instrument.maximum
    if not low <= total <= high:
        raise TotalOutOfRange
    share = 100 * (float(total) - low) / (high - low)
    worse = share if form.instrument.higher_is_worse else 100 - share
    return _record(episode, form, Score(raw=float(total), worse=worse), by, now)


def _record(
    episode: Episode, form: FilledForm, score: Score | None, by: User, now: datetime
) -> FunctionScore:
    if score is None:
        raise Incomplete
    saved, _ = FunctionScore.objects.get_or_create(
        submission_id=form.submission_id,
        episode=episode,
        instrument=form.instrument,
        defaults={
            "trial": form.trial,
            "completed_at": now,
            "local_date": form.filled_on or episode.patient.local_date(now),
            "total": Decimal(str(round(score.raw, 2))),
            "percent": Decimal(str(round(score.worse, 2))),
            "answers": form.answers,
            "entered_by": by,
        },
    )
    mark_review_due(episode=episode, now=now)
    return saved


@transaction.atomic
def choose_activities(*, episode: Episode, wordings: Sequence[str], now: datetime) -> None:
    """Set the patient's own activities; earlier ones are retired, their answers stay. Idempotent.

    Answers not sent yet are dropped: they were about other activities.
    """
    Episode.objects.select_for_update(no_key=True).get(pk=episode.pk)
    chosen = OwnActivity.objects.filter(episode=episode, retired_at=None)
    if list(chosen.order_by("position").values_list("wording", flat=True)) == list(wordings):
        return
    chosen.update(retired_at=now)
    OwnActivity.objects.bulk_create(
        OwnActivity(episode=episode, position=place, wording=wording, chosen_at=now)
        for place, wording in enumerate(wordings, start=1)
    )
    forget_questionnaire(
        patient=episode.patient, form=draft_name(episode, CHECK_IN), questionnaire=ACTIVITIES
    )
