from __future__ import annotations

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from patients.bounds import HAPPENED, days
from patients.models.records.base import EpisodeRecord
from patients.queries.records import KeptQuerySet


@pghistory.track()
class SelfManagementPlan(EpisodeRecord):
    """Tier 1: what to do and what to leave for now, as it was given to the patient."""

    protocol = models.ForeignKey("pathway.Protocol", models.PROTECT, related_name="+")
    modality_keys = ArrayField(models.SlugField(max_length=60), default=list, blank=True)
    to_do = models.TextField(blank=True, help_text="In the clinician's own words.")
    to_avoid = models.TextField(blank=True)
    given_on = models.DateField()

    objects = KeptQuerySet.as_manager()

    class Meta(EpisodeRecord.Meta):
        default_related_name = "self_management_plans"
        constraints = [
            *EpisodeRecord.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(modality_keys=[]) | ~Q(to_do=""), name="plan_says_what_to_do"
            ),
            *days("plan", HAPPENED, "given_on"),
        ]

    def __str__(self) -> str:
        return f"Plan of {self.given_on}"
