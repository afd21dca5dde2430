from __future__ import annotations

import pghistory
from django.db import models

from patients.models.follow_merge import follows_merge
from patients.queries.safety import RiskFactQuerySet


@pghistory.track()
class RiskFactAnswer(models.Model):
    """Whether something that stands for years is true of a patient, as last told; history keeps each
    change. `text` is what was asked: a later version may word it otherwise."""

    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="risk_facts")
    key = models.SlugField(max_length=60)
    text = models.TextField()
    is_true = models.BooleanField()
    told_at = models.DateTimeField()
    told_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")

    objects = RiskFactQuerySet.as_manager()

    class Meta:
        triggers = [follows_merge()]
        constraints = [
            models.UniqueConstraint(fields=["patient", "key"], name="one_answer_to_a_risk_fact")
        ]

    def __str__(self) -> str:
        return f"{self.text} {'yes' if self.is_true else 'no'}"
