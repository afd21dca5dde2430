from __future__ import annotations

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.known import one_of
from patients.bounds import HAPPENED, days, instants
from patients.queries.records import SymptomLogQuerySet

SCORES = (
    "average_pain", "worst_pain", "interference", "neck_pain", "back_pain", "arm_pain", "leg_pain",
)  # fmt: skip


@pghistory.track()
class SymptomLog(models.Model):
    """What the patient reported at one moment. Several a day are allowed; the last is the day's value."""

    class Programme(models.TextChoices):
        DONE = "done", _("Yes")
        SOME = "some", _("Some")
        NONE = "none", _("No")
        REST = "rest", _("Not planned today")

    class Medicine(models.TextChoices):
        PLANNED = "planned", _("As planned")
        EXTRA = "extra", _("More than planned")
        NONE = "none", _("None")

    class Source(models.TextChoices):
        PATIENT = "patient", _("By the patient")
        CARER = "carer", _("Entered by a carer")
        STAFF = "staff", _("Written down by the clinic, on the phone")
        IMPORT = "import", _("Imported")

    episode = models.ForeignKey("patients.Episode", models.PROTECT, related_name="logs")
    submission_id = models.UUIDField(help_text="One per rendered form: saved once.")
    logged_at = models.DateTimeField()
    local_date = models.DateField(help_text="The patient's own day that it speaks of.")
    is_late = models.BooleanField(default=False, help_text="Added after that day.")
    average_pain = models.PositiveSmallIntegerField()
    interference = models.PositiveSmallIntegerField(null=True, blank=True)
    worst_pain = models.PositiveSmallIntegerField(null=True, blank=True)
    neck_pain = models.PositiveSmallIntegerField(null=True, blank=True)
    back_pain = models.PositiveSmallIntegerField(null=True, blank=True)
    arm_pain = models.PositiveSmallIntegerField(null=True, blank=True)
    leg_pain = models.PositiveSmallIntegerField(null=True, blank=True)
    programme = models.CharField(max_length=10, choices=Programme, blank=True)
    exercises_done = ArrayField(
        models.BigIntegerField(),
        default=list,
        db_default=[],
        blank=True,
        help_text="Keys of the exercises of the programme that were ticked.",
    )
    medicine = models.CharField(max_length=10, choices=Medicine, blank=True)
    flare = models.BooleanField(
        default=False, db_default=False, help_text="The patient calls the day a flare-up."
    )
    nothing_new = models.BooleanField(
        default=False, db_default=False, help_text='"No" to "Anything new or worrying?"'
    )
    note = models.TextField(max_length=1000, blank=True)
    source = models.CharField(max_length=10, choices=Source, default=Source.PATIENT)
    entered_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    import_run = models.ForeignKey(
        "patients.ImportRun", models.PROTECT, null=True, db_index=False, related_name="logs"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = SymptomLogQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("log", "programme", "done some none rest", blank=True),
            one_of("log", "medicine", "planned extra none", blank=True),
            one_of("log", "source", "patient carer staff import"),
            # Of this complaint: what another patient's form was called stands in nobody's way.
            models.UniqueConstraint(fields=["submission_id", "episode"], name="one_log_per_form"),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{score}__isnull": True}) | Q(**{f"{score}__lte": 10}),
                    name=f"log_{score}_0_to_10",
                )
                for score in SCORES
            ),
            *days("log", HAPPENED, "local_date"),
            *instants("log", HAPPENED, "logged_at"),
        ]
        indexes = [
            # The sweep and the trend read from this index alone.
            models.Index(
                fields=["episode", "local_date", "logged_at", "id"],
                include=["average_pain"],
                condition=Q(withdrawn_at=None),
                name="logs_not_withdrawn",
            ),
            models.Index(
                fields=["import_run"], condition=Q(import_run__isnull=False), name="logs_of_import"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.local_date}: {self.average_pain}"
