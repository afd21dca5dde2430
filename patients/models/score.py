from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import Q

from accounts.known import json_object
from patients.bounds import HAPPENED, days, instants
from patients.queries.records import RecordQuerySet


@pghistory.track()
class OwnActivity(models.Model):
    """One of up to three things that matter to the patient, in their own words."""

    episode = models.ForeignKey("patients.Episode", models.PROTECT, related_name="activities")
    position = models.PositiveSmallIntegerField()
    wording = models.CharField(max_length=120)
    chosen_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(position__range=(1, 3)), name="own_activity_position_1_to_3"
            ),
            models.CheckConstraint(condition=~Q(wording=""), name="own_activity_has_words"),
            models.UniqueConstraint(
                fields=["episode", "position"],
                condition=Q(retired_at=None),
                name="one_own_activity_per_position",
            ),
        ]

    def __str__(self) -> str:
        return self.wording


@pghistory.track()
class FunctionScore(models.Model):
    """One completed questionnaire, or the total of one that may not be shown here."""

    episode = models.ForeignKey("patients.Episode", models.PROTECT, related_name="scores")
    instrument = models.ForeignKey("pathway.Instrument", models.PROTECT, related_name="+")
    trial = models.ForeignKey(
        "patients.TierTrial",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The trial whose end an overall change speaks of.",
    )
    submission_id = models.UUIDField(help_text="One per rendered form: saved once.")
    completed_at = models.DateTimeField()
    local_date = models.DateField()
    total = models.DecimalField(max_digits=6, decimal_places=2)
    percent = models.DecimalField(
        max_digits=5, decimal_places=2, help_text="0 to 100, higher is worse: what the rules read."
    )
    answers = models.JSONField(default=dict)
    entered_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")

    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints = [
            *json_object("score", "answers"),
            # Of this complaint and this questionnaire: no other form stands in the way.
            models.UniqueConstraint(
                fields=["submission_id", "episode", "instrument"], name="one_score_per_form"
            ),
            models.CheckConstraint(
                condition=Q(percent__range=(0, 100)), name="function_percent_0_to_100"
            ),
            *days("score", HAPPENED, "local_date"),
            *instants("score", HAPPENED, "completed_at"),
        ]
        indexes = [models.Index(fields=["episode", "local_date"], name="scores_by_day")]

    def __str__(self) -> str:
        return f"{self.instrument}: {self.total}"
