from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from patients.models.records.base import EpisodeRecord
from patients.queries import KeptQuerySet


@pghistory.track()
class ImagingStudy(EpisodeRecord):
    """A dated image in words. A clinician says how it compares with an earlier one; nothing infers it."""

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
    part = models.CharField(max_length=10, choices=Part)
    findings = models.TextField()
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

    class Meta(EpisodeRecord.Meta):
        default_related_name = "imaging_studies"
        constraints = [
            *EpisodeRecord.Meta.constraints,
            models.CheckConstraint(condition=~Q(findings=""), name="imaging_has_findings"),
            models.CheckConstraint(
                condition=Q(comparison="not_compared", compared_with=None)
                | Q(comparison__in=["unchanged", "changed"], compared_with__isnull=False),
                name="imaging_compared_with_something",
            ),
            models.CheckConstraint(
                condition=Q(disc_progressed=False) | Q(comparison="changed"),
                name="imaging_progress_is_a_change",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_method_display()} {self.get_part_display()}, {self.done_on}"
