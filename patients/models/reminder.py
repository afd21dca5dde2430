from __future__ import annotations

import pgtrigger
from django.db import models

from patients.bounds import PLANNED, days
from patients.queries.records import LogReminderQuerySet

USUAL_HOUR = 18


class LogReminder(models.Model):
    """A patient was reminded of a log on one of their own days: one a day at most. Append-only."""

    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="log_reminders")
    local_date = models.DateField()
    posted_at = models.DateTimeField()

    objects = LogReminderQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "local_date"], name="one_log_reminder_a_day"
            ),
            *days("log_reminder", PLANNED, "local_date"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.patient}: {self.local_date}"
