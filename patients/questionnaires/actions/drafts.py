"""Answers of a page that is not sent yet: kept when it is left, forgotten once they are sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from patients.models import AnswerDraft, Patient


@transaction.atomic
def keep_answers(
    *,
    patient: Patient,
    form: str,
    answers: Mapping[str, Any],
    now: datetime,
    fresh_since: datetime | None = None,
) -> AnswerDraft:
    """Add answers, by questionnaire, to those that are kept; what was kept of the same one is replaced.

    What was saved before `fresh_since` is dropped: it would speak of other days than the rest.
    """
    rows = AnswerDraft.objects.select_for_update()
    kept, is_new = rows.get_or_create(
        patient=patient, form=form, defaults={"answers": dict(answers), "saved_at": now}
    )
    if not is_new:
        stale = fresh_since is not None and kept.saved_at < fresh_since
        kept.answers = dict(answers) if stale else {**kept.answers, **answers}
        kept.saved_at = now
        kept.save(update_fields=["answers", "saved_at"])
    return kept


def forget_answers(*, patient: Patient, form: str) -> None:
    """Nothing is kept for this form any more."""
    AnswerDraft.objects.filter(patient=patient, form=form).delete()


@transaction.atomic
def forget_questionnaire(*, patient: Patient, form: str, questionnaire: str) -> None:
    """Its answers are dropped, those of the others on the page stay."""
    kept = AnswerDraft.objects.select_for_update().filter(patient=patient, form=form).first()
    if kept is not None and kept.answers.pop(questionnaire, None) is not None:
        kept.save(update_fields=["answers"])
