from __future__ import annotations

from datetime import datetime, timedelta

import pghistory
from django.db import models
from django.db.models import F, Q

from accounts.known import json_object
from patients.bounds import PLANNED, instants
from patients.queries.merges import PatientMergeQuerySet

UNDO_WITHIN = timedelta(days=1)


@pghistory.track()
class PatientMerge(models.Model):
    """Two records of one person became one: the rows of `other` that `moved` (keys by table) belong to
    `kept`. Nothing is deleted, `other` stays as it was registered; undone, the rows are back."""

    kept = models.ForeignKey("patients.Patient", models.PROTECT, related_name="merges")
    other = models.ForeignKey("patients.Patient", models.PROTECT, related_name="merged_away")
    moved = models.JSONField(default=dict)
    user = models.ForeignKey(
        "accounts.User",
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="Whose account was the other's.",
    )
    account_moved = models.BooleanField(default=False)
    invitation = models.ForeignKey(
        "accounts.Invitation",
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="Withdrawn by this.",
    )
    merged_at = models.DateTimeField()
    merged_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    objects = PatientMergeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(kept=F("other")), name="merge_of_two"),
            models.UniqueConstraint(
                fields=["other"], condition=Q(undone_at=None), name="merged_away_once"
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None)
                | Q(
                    undone_at__gte=F("merged_at"), undone_at__isnull=False, undone_by__isnull=False
                ),
                name="merge_undone_at_with_by",
            ),
            models.CheckConstraint(
                condition=Q(account_moved=False) | Q(user__isnull=False),
                name="merge_moved_an_account",
            ),
            *json_object("patient_merge", "moved"),
            *instants("patient_merge", PLANNED, "merged_at", "undone_at"),
        ]

    def __str__(self) -> str:
        return f"{self.other} → {self.kept}"

    def can_be_undone(self, now: datetime) -> bool:
        return self.undone_at is None and now <= self.merged_at + UNDO_WITHIN
