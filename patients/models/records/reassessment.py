from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import Q

from patients.bounds import HAPPENED, days
from patients.models.records.base import EpisodeRecord, stamped
from patients.queries.records import KeptQuerySet, OfReassessmentQuerySet


@pghistory.track()
class Reassessment(EpisodeRecord):
    """Tier 5: the whole picture looked at, and a decision made together. Finished once, then fixed."""

    protocol = models.ForeignKey("pathway.Protocol", models.PROTECT, related_name="+")
    held_on = models.DateField()
    imaging_reviewed = models.BooleanField(null=True)
    imaging_note = models.TextField(blank=True)
    function_note = models.TextField(blank=True)
    goals = models.TextField(blank=True)
    interest_disclosed = models.TextField(
        blank=True, help_text="What the clinic gains from an option, as the patient was told."
    )
    shared_decision = models.TextField(blank=True)
    outcome = models.ForeignKey("pathway.Option", models.PROTECT, null=True, related_name="+")
    finished_at = models.DateTimeField(null=True, blank=True)
    finished_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    objects = KeptQuerySet.as_manager()

    class Meta(EpisodeRecord.Meta):
        default_related_name = "reassessments"
        constraints = [
            *EpisodeRecord.Meta.constraints,
            stamped("finished", "reassessment_finished_at_with_by"),
            models.CheckConstraint(
                condition=Q(finished_at=None)
                | (
                    Q(outcome__isnull=False, imaging_reviewed__isnull=False)
                    & ~Q(shared_decision="")
                    & ~Q(goals="")
                    & ~Q(interest_disclosed="")
                ),
                name="reassessment_finished_is_whole",
            ),
            models.UniqueConstraint(
                fields=["episode"],
                condition=Q(finished_at=None, withdrawn_at=None),
                name="one_unfinished_reassessment",
            ),
            *days("reassessment", HAPPENED, "held_on"),
        ]

    def __str__(self) -> str:
        return f"Reassessment {self.held_on}"


@pghistory.track()
class SignSeen(models.Model):
    """One ceiling sign: what the data say, and what the clinician says of it."""

    reassessment = models.ForeignKey(Reassessment, models.PROTECT, related_name="signs")
    sign = models.ForeignKey("pathway.CeilingSign", models.PROTECT, related_name="+")
    found = models.BooleanField(help_text="Ticked from the data.")
    basis = models.CharField(max_length=300, help_text="The numbers that it was ticked from.")
    confirmed = models.BooleanField(null=True)

    objects = OfReassessmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reassessment", "sign"], name="one_row_per_sign_and_reassessment"
            )
        ]

    def __str__(self) -> str:
        return f"{self.sign}: {self.basis}"


@pghistory.track()
class OptionWeighed(models.Model):
    """One of the protocol's options, as it was talked about."""

    reassessment = models.ForeignKey(Reassessment, models.PROTECT, related_name="options")
    option = models.ForeignKey("pathway.Option", models.PROTECT, related_name="+")
    considered = models.BooleanField(default=False)
    note = models.CharField(max_length=300, blank=True)

    objects = OfReassessmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reassessment", "option"], name="one_row_per_option_and_reassessment"
            )
        ]

    def __str__(self) -> str:
        return f"{self.option}"
