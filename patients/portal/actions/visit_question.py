"""The patient's question for the next visit: written, changed until it is talked about, ticked."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from accounts.models import User
from patients.models import Episode, VisitQuestion


@transaction.atomic
def ask_for_visit(*, episode: Episode, question: str, now: datetime) -> VisitQuestion:
    """Write the question for the next visit, or change the one that waits already."""
    asked, is_new = VisitQuestion.objects.select_for_update().get_or_create(
        episode=episode, discussed_at=None, defaults={"question": question, "asked_at": now}
    )
    if not is_new and asked.question != question:
        asked.question, asked.asked_at = question, now
        asked.save(update_fields=["question", "asked_at"])
    return asked


@transaction.atomic
def mark_discussed(*, question: VisitQuestion, by: User, now: datetime) -> VisitQuestion:
    """Note that it was talked about; the first tick counts."""
    held = VisitQuestion.objects.select_for_update().get(pk=question.pk)
    if held.discussed_at is None:
        held.discussed_at, held.discussed_by = now, by
        held.save(update_fields=["discussed_at", "discussed_by"])
    return held
