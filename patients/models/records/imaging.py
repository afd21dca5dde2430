from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.known import one_of
from patients.bounds import HAPPENED, days
from patients.models.records.base import PatientReport
from patients.queries.records import KeptQuerySet


@pghistory.track()
class ImagingStudy(PatientReport):
    """A dated image in words. A clinician says how it compares with an earlier one; nothing infers it.

    Told by the patient it may have no region, no findings, and a month without a day.
    """

    class Method(models.TextChoices):
        MRI = "mri", _("MRI")
        CT = "ct", _("CT")
        XRAY = "xray", _("X-ray")
        OTHER = "other", _("Other")

    class Part(models.TextChoices):
        CERVICAL = "cervical", _("Neck")
        THORACIC = "thoracic", _("Upper back")
        LUMBAR = "lumbar", _("Low back")
        PELVIS = "pelvis", _("Pelvis and hips")

    class Comparison(models.TextChoices):
        NOT_COMPARED = "not_compared", _("Not compared")
        UNCHANGED = "unchanged", _("Unchanged")
        CHANGED = "changed", _("Changed")

    method = models.CharField(max_length=10, choices=Method)
    done_on = models.DateField()
    day_known = models.BooleanField(
        default=True, help_text="If not, the month is all that is known; done_on is its first day."
    )
    part = models.CharField(max_length=10, choices=Part, blank=True)
    findings = models.TextField(blank=True)
    compared_with = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+"
    )
    comparison = models.CharField(
        max_length=12, choices=Comparison, default=Comparison.NOT_COMPARED
    )
    disc_progressed = models.BooleanField(
        default=False, help_text="A clinician sees progressive disc change between the two."
    )

    objects = KeptQuerySet.as_manager()

    class Meta(PatientReport.Meta):
        default_related_name = "imaging_studies"
        constraints = [
            one_of("imaging", "method", "mri ct xray other"),
            *PatientReport.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(findings="") | Q(reported_on__isnull=False),
                name="imaging_has_findings",
            ),
            models.CheckConstraint(
                condition=Q(part__in=["cervical", "thoracic", "lumbar", "pelvis"])
                | Q(part="", reported_on__isnull=False),
                name="imaging_part_known",
            ),
            models.CheckConstraint(
                condition=Q(day_known=True) | Q(done_on__day=1, reported_on__isnull=False),
                name="imaging_month_alone_is_reported",
            ),
            models.CheckConstraint(
                condition=Q(comparison="not_compared", compared_with=None)
                | Q(comparison__in=["unchanged", "changed"], compared_with__isnull=False),
                name="imaging_compared_with_something",
            ),
            models.CheckConstraint(
                condition=Q(disc_progressed=False) | Q(comparison="changed"),
                name="imaging_progress_is_a_change",
            ),
            *days("imaging", HAPPENED, "done_on"),
        ]

    @property
    def when(self) -> str:
        """As a reader would say it."""
        return date_format(self.done_on, "M j, Y" if self.day_known else "M Y")

    def __str__(self) -> str:
        of = " ".join(filter(None, [self.get_method_display(), self.get_part_display()]))
        return f"{of}, {self.done_on if self.day_known else format(self.done_on, '%Y-%m')}"
