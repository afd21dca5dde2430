from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import Q

from patients.queries.records import RecordQuerySet


@pghistory.track()
class VisitQuestion(models.Model):
    """What the patient most wants to discuss at the next visit, until it has been discussed."""

    episode = models.ForeignKey("patients.Episode", models.PROTECT, related_name="visit_questions")
    question = models.CharField(max_length=300)
    asked_at = models.DateTimeField()
    discussed_at = models.DateTimeField(null=True, blank=True)
    discussed_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(question=""), name="visit_question_has_words"),
            models.CheckConstraint(
                condition=Q(discussed_at=None, discussed_by=None)
                | Q(discussed_at__isnull=False, discussed_by__isnull=False),
                name="visit_question_discussed_at_with_by",
            ),
            models.UniqueConstraint(
                fields=["episode"],
                condition=Q(discussed_at=None),
                name="one_question_for_the_next_visit",
            ),
        ]

    def __str__(self) -> str:
        return self.question
