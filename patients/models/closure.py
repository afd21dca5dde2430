from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from patients.models.follow_merge import follows_merge
from patients.queries.records import ClosureRequestQuerySet


@pghistory.track()
class ClosureRequest(models.Model):
    """A patient asks to close the account. The record stays: the clinic has to keep it."""

    class Outcome(models.TextChoices):
        CLOSED = "closed", _("The account is closed")
        KEPT = "kept", _("The account stays, as agreed with the patient")

    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="closure_requests")
    reason = models.TextField(blank=True)
    asked_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    note = models.TextField(blank=True)

    objects = ClosureRequestQuerySet.as_manager()

    class Meta:
        triggers = [follows_merge()]
        constraints = [
            models.UniqueConstraint(
                fields=["patient"],
                condition=Q(withdrawn_at=None, settled_at=None),
                name="one_open_closure_request",
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None, settled_by=None, outcome="")
                | Q(
                    settled_at__isnull=False,
                    settled_by__isnull=False,
                    outcome__in=["closed", "kept"],
                    withdrawn_at=None,
                ),
                name="closure_request_settled_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.patient}: {self.asked_at:%Y-%m-%d}"
