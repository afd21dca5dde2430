from __future__ import annotations

from datetime import date
from typing import Any

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.known import one_of
from patients.bounds import HAPPENED, days
from patients.models.records.asked import (
    BESIDE_OPIOID,
    Asked,
    check_field,
    checks_known,
    said,
)
from patients.models.records.base import PatientReport
from patients.queries.records import KeptQuerySet


@pghistory.track()
class MedicationCourse(PatientReport):
    """Tier 3: one medicine from its start to its end. No dose: the product counts days only.

    Told by the patient it may have no class and no start; neither is guessed.
    """

    class Use(models.TextChoices):
        PLANNED = "planned", _("As planned, every day")
        AS_NEEDED = "as_needed", _("Only when needed")

    class WhyEnded(models.TextChoices):
        PLANNED_END = "planned_end", _("Planned end")
        NO_HELP = "no_help", _("It did not help enough")
        SIDE_EFFECT = "side_effect", _("Side effect")
        PATIENT = "patient", _("The patient's choice")
        OTHER = "other", _("Another reason")

    modality = models.ForeignKey(
        "pathway.Modality", models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_opioid = models.BooleanField(
        null=True, help_text="It contains an opioid, whatever its class; none: nobody has said."
    )
    name = models.CharField(max_length=120)
    use = models.CharField(max_length=10, choices=Use)
    started_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    why_ended = models.CharField(max_length=20, choices=WhyEnded, blank=True)
    side_effect = models.CharField(max_length=300, blank=True)
    benzodiazepine = check_field()
    gabapentinoid = check_field()
    sleep_apnoea = check_field()
    naloxone_offered = check_field()

    objects = KeptQuerySet.as_manager()

    class Meta(PatientReport.Meta):
        default_related_name = "medication_courses"
        constraints = [
            *PatientReport.Meta.constraints,
            models.CheckConstraint(condition=~Q(name=""), name="course_names_its_medicine"),
            models.CheckConstraint(
                condition=Q(use__in=["planned", "as_needed"]), name="course_use_known"
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None, why_ended="")
                | (
                    Q(ended_on__isnull=False)
                    & (Q(started_on=None) | Q(ended_on__gte=F("started_on")))
                    & ~Q(why_ended="")
                ),
                name="course_end_whole",
            ),
            models.CheckConstraint(
                condition=Q(started_on__isnull=False) | Q(reported_on__isnull=False),
                name="course_without_start_is_reported",
            ),
            models.CheckConstraint(
                condition=Q(modality__isnull=False, is_opioid__isnull=False)
                | Q(modality=None, reported_on__isnull=False),
                name="course_without_class_is_reported",
            ),
            one_of(
                "course", "why_ended", "planned_end no_help side_effect patient other", blank=True
            ),
            checks_known("course", BESIDE_OPIOID),
            *days("course", HAPPENED, "started_on", "ended_on"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def beside_opioid(self) -> list[tuple[Any, str]]:
        """What makes an opioid more dangerous, or safer, with the answers."""
        return said(self, BESIDE_OPIOID)

    @property
    def beside_in_words(self) -> str:
        """For a finding: "yes: benzodiazepine; not asked: naloxone offered"."""
        lines = []
        for answer in Asked.values:
            named = [name for name in BESIDE_OPIOID if getattr(self, name) == answer]
            if named:
                lines.append(f"{answer}: {', '.join(named)}")
        return "; ".join(lines).replace("_", " ")

    def days(self, today: date) -> int | None:
        """Days taken so far; its first day is day 1. None where nobody knows when it began."""
        if self.started_on is None:
            return None
        return (min(self.ended_on or today, today) - self.started_on).days + 1

    @property
    def known_days(self) -> tuple[date, date | None]:
        """First and last day on which it was taken for certain: the day of the telling, where the
        start is not known, was one of them."""
        # One of the two is there: course_without_start_is_reported.
        return self.started_on or self.reported_on or date.max, self.ended_on

    def may_have_begun_before(self, day: date) -> bool:
        """Known from a later day on, or from this one, and taken before for nobody knows how long."""
        return self.started_on is None and self.known_days[0] >= day
