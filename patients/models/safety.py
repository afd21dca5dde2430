from __future__ import annotations

import pgtrigger
from django.db import models

from patients.queries.records import RecordQuerySet


class SafetyAnswer(models.Model):
    """An answer to one safety question of a protocol version. Append-only: nobody may soften it."""

    episode = models.ForeignKey("patients.Episode", models.PROTECT, related_name="safety_answers")
    question = models.ForeignKey("pathway.SafetyQuestion", models.PROTECT, related_name="+")
    answer = models.BooleanField()
    submission_id = models.UUIDField()
    answered_at = models.DateTimeField()
    answered_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")

    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                # A no does not stand in the way of the yes that the same form brings later.
                fields=["submission_id", "episode", "question", "answer"],
                name="one_safety_answer_per_form",
            )
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.question}: {'yes' if self.answer else 'no'}"
