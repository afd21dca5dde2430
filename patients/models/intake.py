from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import F, Q

from accounts.known import json_list, json_object
from patients.queries.records import IntakeQuerySet


@pghistory.track()
class Intake(models.Model):
    """What a new patient answered, page by page, until a clinician has confirmed the first tier.

    It is stopped for as long as a safety answer waits for a clinician; `stopped_at` keeps that it was.
    The suggestion is the clinic's to read: the patient sees no tier before a clinician chose one.
    """

    episode = models.OneToOneField("patients.Episode", models.PROTECT, related_name="intake")
    answers = models.JSONField(default=dict, help_text="Per page what was filled in.")
    started_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    suggested_level = models.PositiveSmallIntegerField(null=True, blank=True)
    suggested_reasons = models.JSONField(default=list)
    look_closely = models.BooleanField(default=False)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    chosen_level = models.PositiveSmallIntegerField(null=True, blank=True)
    review_note = models.TextField(blank=True)

    objects = IntakeQuerySet.as_manager()

    class Meta:
        constraints = [
            *json_object("intake", "answers"),
            *json_list("intake", "suggested_reasons"),
            models.CheckConstraint(
                condition=Q(suggested_level=None)
                | Q(suggested_level__range=(1, 5), sent_at__isnull=False),
                name="intake_suggests_after_sending",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_at=None, reviewed_by=None, chosen_level=None)
                | Q(
                    reviewed_at__isnull=False,
                    reviewed_by__isnull=False,
                    chosen_level__isnull=False,
                    chosen_level__range=(1, 5),
                ),
                name="intake_reviewed_whole",
            ),
            models.CheckConstraint(
                # A NULL in a CHECK passes, so the suggestion is asked for as well.
                condition=Q(reviewed_at=None)
                | Q(suggested_level__isnull=False, chosen_level=F("suggested_level"))
                | ~Q(review_note=""),
                name="intake_other_tier_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"Intake of {self.episode.patient}"

    @property
    def is_stopped(self) -> bool:
        """A safety answer waits: nothing goes on before a clinician has recorded its outcome."""
        return self.episode.flags.holding().exists()
