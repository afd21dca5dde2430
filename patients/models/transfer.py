from __future__ import annotations

from datetime import datetime, timedelta

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.known import json_object, one_of
from patients.bounds import PLANNED, instants
from patients.models.follow_merge import follows_merge
from patients.queries.transfers import TransferQuerySet

OPEN_FOR = timedelta(days=14)


def _pair(step: str) -> models.CheckConstraint:
    """Who did it stands with when, or neither stands."""
    at, by = f"{step}_at", f"{step}_by"
    return models.CheckConstraint(
        condition=Q(**{at: None, by: None}) | Q(**{f"{at}__isnull": False, f"{by}__isnull": False}),
        name=f"transfer_{at}_with_by",
    )


@pghistory.track()
class Transfer(models.Model):
    """A patient goes on in another clinic of this installation: offered, then accepted, rejected or
    withdrawn. The record stays where it was; the other clinic begins one of its own, with a copy of what
    was agreed. Both clinics care until the first has finished."""

    class Agreed(models.TextChoices):
        MET = "met", _("We spoke here")
        PHONE = "phone", _("We spoke on the phone")
        WROTE = "wrote", _("They wrote to us")

    class Part(models.TextChoices):
        STEPS = "steps", _("Steps of care, and what was tried before")
        SCORES = "scores", _("Totals of questionnaires")
        DIARY = "diary", _("Pain by day")
        RECORDS = "records", _("Medicines, procedures and imaging")

    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="transfers")
    to_clinic = models.ForeignKey("accounts.Clinic", models.PROTECT, related_name="+")
    reason = models.CharField(
        max_length=300, help_text="The other clinic reads it before it decides."
    )
    agreed = models.CharField(max_length=10, choices=Agreed)
    parts = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    offered_at = models.DateTimeField()
    offered_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    rejected_at = models.DateTimeField(null=True, blank=True)
    rejected_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    rejected_because = models.CharField(max_length=300, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    # Not merged away with another record of the other clinic: it says which one was begun.
    new_patient = models.ForeignKey("patients.Patient", models.PROTECT, null=True, related_name="+")
    copied = models.JSONField(default=dict, help_text="What came along, as it was on that day.")
    finished_at = models.DateTimeField(null=True, blank=True)
    finished_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    objects = TransferQuerySet.as_manager()

    class Meta:
        triggers = [follows_merge()]
        constraints = [
            models.UniqueConstraint(
                fields=["patient"],
                condition=Q(withdrawn_at=None, rejected_at=None, finished_at=None),
                name="one_transfer_at_a_time",
            ),
            one_of("transfer", "agreed", "met phone wrote"),
            models.CheckConstraint(
                condition=Q(parts__contained_by=["steps", "scores", "diary", "records"]),
                name="transfer_parts_known",
            ),
            *(_pair(step) for step in ("withdrawn", "rejected", "accepted", "finished")),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, rejected_at=None)
                | Q(withdrawn_at=None, accepted_at=None)
                | Q(rejected_at=None, accepted_at=None),
                name="transfer_ends_one_way",
            ),
            models.CheckConstraint(
                condition=Q(rejected_at=None, rejected_because="")
                | Q(rejected_at__isnull=False) & ~Q(rejected_because=""),
                name="transfer_rejected_because",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None, new_patient=None, finished_at=None)
                | Q(accepted_at__isnull=False, new_patient__isnull=False),
                name="transfer_accepted_whole",
            ),
            models.CheckConstraint(
                condition=Q(new_patient=None) | ~Q(new_patient=F("patient")),
                name="transfer_to_another_record",
            ),
            *json_object("transfer", "copied"),
            *instants(
                "transfer", PLANNED, "offered_at", "expires_at", "accepted_at", "finished_at"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.patient} → {self.to_clinic}"

    def state(self, now: datetime) -> str:
        """One of: finished, accepted, rejected, withdrawn, ran_out, offered."""
        if self.accepted_at:
            return "finished" if self.finished_at else "accepted"
        if self.rejected_at:
            return "rejected"
        if self.withdrawn_at:
            return "withdrawn"
        return "ran_out" if self.expires_at <= now else "offered"
