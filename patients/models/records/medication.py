from __future__ import annotations

from datetime import date

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from patients.models.records.base import EpisodeRecord
from patients.queries import KeptQuerySet


@pghistory.track()
class MedicationCourse(EpisodeRecord):
    """Tier 3: one medicine from its start to its end. No dose: the product counts days only."""

    class Use(models.TextChoices):
        PLANNED = "planned", _("As planned, every day")
        AS_NEEDED = "as_needed", _("Only when needed")

    class WhyEnded(models.TextChoices):
        PLANNED_END = "planned_end", _("Planned end")
        NO_HELP = "no_help", _("It did not help enough")
        SIDE_EFFECT = "side_effect", _("Side effect")
        PATIENT = "patient", _("The patient's choice")
        OTHER = "other", _("Another reason")

    modality = models.ForeignKey("pathway.Modality", models.PROTECT, related_name="+")
    is_opioid = models.BooleanField(help_text="It holds an opioid, whatever its class.")
    name = models.CharField(max_length=120)
    use = models.CharField(max_length=10, choices=Use)
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    why_ended = models.CharField(max_length=20, choices=WhyEnded, blank=True)
    side_effect = models.CharField(max_length=300, blank=True)

    objects = KeptQuerySet.as_manager()

    class Meta(EpisodeRecord.Meta):
        default_related_name = "medication_courses"
        constraints = [
            *EpisodeRecord.Meta.constraints,
            models.CheckConstraint(condition=~Q(name=""), name="course_names_its_medicine"),
            models.CheckConstraint(
                condition=Q(use__in=["planned", "as_needed"]), name="course_use_known"
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None, why_ended="")
                | (Q(ended_on__isnull=False, ended_on__gte=F("started_on")) & ~Q(why_ended="")),
                name="course_end_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def days(self, today: date) -> int:
        """Days taken so far; its first day is day 1."""
        return (min(self.ended_on or today, today) - self.started_on).days + 1
