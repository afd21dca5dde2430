from __future__ import annotations

from django.db import models

from accounts.known import one_of
from accounts.queries import JobFailureQuerySet


class JobFailure(models.Model):
    """One row that a job could not process, set apart so the others are done. Deleted once it works.

    `error` is the kind of the error and nothing of what it said: that may name somebody.
    """

    class Job(models.TextChoices):
        REVIEW = "review"  # row: a trial
        DAILY_CHECKS = "daily_checks"  # a patient
        DAILY_CHECKS_OF_CLINIC = "daily_checks_of_clinic"
        MARK_DUE = "mark_due"  # a clinic
        REMINDERS = "reminders"  # a patient
        VISIT_REMINDERS = "visit_reminders"  # a visit
        WAITLIST = "waitlist"  # a place in line
        WAITLIST_OF_TYPE = "waitlist_of_type"  # a type of visit
        NOTICES = "notices"  # a notice
        ACCOUNT_MAIL = "account_mail"  # an e-mail about signing in
        TEXTS = "texts"  # a text message
        IMPORTS = "imports"  # a run
        IMPORT_FILES = "import_files"  # a run whose file is not removed
        RETURN_FLAGS = "return_flags"  # a flag
        NEXT_CONTACT = "next_contact"  # a finding
        LEGAL_AGE = "legal_age"  # a patient

    job = models.CharField(max_length=30, choices=Job)
    row = models.BigIntegerField(help_text="The key of what the job was about.")
    clinic = models.ForeignKey("accounts.Clinic", models.PROTECT, null=True, related_name="+")
    error = models.CharField(max_length=80)
    failed_at = models.DateTimeField()
    tries = models.PositiveIntegerField(default=1)

    objects = JobFailureQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of(
                "failure",
                "job",
                "review daily_checks daily_checks_of_clinic mark_due reminders visit_reminders waitlist waitlist_of_type notices account_mail texts imports import_files return_flags next_contact legal_age",
            ),
            models.UniqueConstraint(fields=["job", "row"], name="one_failure_a_job_and_row"),
        ]

    def __str__(self) -> str:
        return f"{self.job} {self.row}: {self.error}"
