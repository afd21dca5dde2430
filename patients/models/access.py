from __future__ import annotations

import pgtrigger
from django.db import models

from patients.queries.records import AccessLogQuerySet


class AccessLog(models.Model):
    """Who opened whose record, when, on which page. Append-only; the patient may read it."""

    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="accesses")
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    page = models.CharField(max_length=60)
    at = models.DateTimeField()

    objects = AccessLogQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["patient", "-at"], name="accesses_of_a_patient")]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.user} opened {self.page}"
