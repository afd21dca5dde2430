from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q

from patients.bounds import PLANNED, days
from patients.queries.records import AccessLogQuerySet
from patients.queries.team import AccessReviewQuerySet


class AccessLog(models.Model):
    """Who opened whose record, when, on which page: a person, or a program of another house that read it
    through FHIR. Append-only; the patient may read it.

    Of a carer the page says what it was: "saw:progress", "did:log" (accounts/access.py)."""

    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="accesses")
    user = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    system = models.ForeignKey("accounts.System", models.PROTECT, null=True, related_name="+")
    page = models.CharField(max_length=60)
    at = models.DateTimeField()

    objects = AccessLogQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, system=None) | Q(user=None, system__isnull=False),
                name="access_by_somebody_or_a_program",
            )
        ]
        indexes = [
            models.Index(fields=["patient", "-at"], name="accesses_of_a_patient"),
            models.Index(fields=["-at", "-id"], name="accesses_by_time"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.who} opened {self.page}"

    @property
    def who(self) -> str:
        """The name of the person, or of the program."""
        return str(self.user or self.system)

    @property
    def by_carer(self) -> bool:
        return ":" in self.page


class AccessReview(models.Model):
    """Somebody looked at who had opened records in a month of the clinic, and signed. Append-only: `looked`
    and `unusual` say how many lines and findings there were then."""

    clinic = models.ForeignKey("accounts.Clinic", models.PROTECT, related_name="access_reviews")
    month = models.DateField(help_text="Its first day.")
    looked = models.PositiveIntegerField()
    unusual = models.PositiveIntegerField()
    note = models.CharField(max_length=1000, blank=True)
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")

    objects = AccessReviewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clinic", "month"], name="one_access_review_a_month"),
            models.CheckConstraint(condition=Q(month__day=1), name="access_review_of_a_month"),
            models.CheckConstraint(
                condition=Q(unusual=0) | ~Q(note=""), name="access_review_says_what_was_done"
            ),
            *days("access_review", PLANNED, "month"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.clinic}: {self.month:%Y-%m}"
