from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q

from patients.bounds import HAPPENED, instants
from patients.queries.records import IdentityCheckQuerySet


class IdentityCheck(models.Model):
    """Before somebody who cannot come in any more got a new way in: how the clinic made sure who it was.
    Append-only."""

    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="identity_checks")
    how = models.CharField(max_length=300)
    checked_at = models.DateTimeField()
    checked_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")

    objects = IdentityCheckQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(how=""), name="identity_check_says_how"),
            *instants("identity_check", HAPPENED, "checked_at"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return self.how
