from __future__ import annotations

from typing import Any

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.known import one_of
from patients.bounds import HAPPENED, days
from patients.models.records.asked import BEFORE_INJECTION, check_field, checks_known, said
from patients.models.records.base import EpisodeRecord, Kept
from patients.queries.records import ProcedureQuerySet, ReliefQuerySet


@pghistory.track()
class Procedure(EpisodeRecord):
    """Tier 4: what was done where and when. An injection makes a treatment cycle; a block is a test."""

    class Purpose(models.TextChoices):
        DIAGNOSTIC = "diagnostic", _("Diagnostic block")
        INJECTION = "injection", _("Injection")

    class Side(models.TextChoices):
        LEFT = "left", _("Left")
        RIGHT = "right", _("Right")
        BOTH = "both", _("Both sides")
        MIDDLE = "middle", _("Middle")

    class Approach(models.TextChoices):
        INTERLAMINAR = "interlaminar", _("Interlaminar")
        TRANSFORAMINAL = "transforaminal", _("Transforaminal")
        CAUDAL = "caudal", _("Caudal")
        MEDIAL_BRANCH = "medial_branch", _("At the medial branch")
        FACET_JOINT = "facet_joint", _("Into the facet joint")
        OTHER = "other", _("Another approach")

    class Guidance(models.TextChoices):
        FLUOROSCOPY = "fluoroscopy", _("Under fluoroscopy")
        CT = "ct", _("Under CT")
        ULTRASOUND = "ultrasound", _("Under ultrasound")
        NONE = "none", _("Without images")

    modality = models.ForeignKey("pathway.Modality", models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=10, choices=Purpose)
    level = models.CharField(max_length=20, help_text="For example L4/5.")
    side = models.CharField(max_length=6, choices=Side)
    approach = models.CharField(max_length=14, choices=Approach, blank=True)
    guidance = models.CharField(max_length=11, choices=Guidance, blank=True)
    agent = models.CharField(
        max_length=120, blank=True, help_text="What was injected, as it was written down."
    )
    done_on = models.DateField()
    note = models.CharField(max_length=300, blank=True)
    anticoagulants = check_field()
    pregnancy = check_field()
    infection = check_field()
    diabetes = check_field()
    contrast_allergy = check_field()
    cycle = models.OneToOneField(
        "patients.TreatmentCycle", models.PROTECT, null=True, related_name="procedure"
    )

    objects = ProcedureQuerySet.as_manager()

    class Meta(EpisodeRecord.Meta):
        default_related_name = "procedures"
        constraints = [
            *EpisodeRecord.Meta.constraints,
            models.CheckConstraint(condition=~Q(level=""), name="procedure_names_its_level"),
            models.CheckConstraint(
                condition=Q(purpose="injection") | Q(purpose="diagnostic", cycle=None),
                name="procedure_block_is_no_cycle",
            ),
            models.CheckConstraint(
                condition=Q(side__in=["left", "right", "both", "middle"]),
                name="procedure_side_known",
            ),
            one_of(
                "procedure",
                "approach",
                "interlaminar transforaminal caudal medial_branch facet_joint other",
                blank=True,
            ),
            one_of("procedure", "guidance", "fluoroscopy ct ultrasound none", blank=True),
            checks_known("procedure", BEFORE_INJECTION),
            *days("procedure", HAPPENED, "done_on"),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()}, {self.level}"

    @property
    def how(self) -> str:
        """Approach, guidance and agent, as far as anybody has said: payers ask for them."""
        said = (self.get_approach_display(), self.get_guidance_display(), self.agent)
        return ", ".join(str(each) for each in said if each)

    @property
    def checks(self) -> list[tuple[Any, str]]:
        """What was asked before it, with the answers."""
        return said(self, BEFORE_INJECTION)

    @property
    def counts_hours(self) -> bool:
        """Relief is looked at over hours after a block, over weeks after an injection."""
        return self.purpose == self.Purpose.DIAGNOSTIC


@pghistory.track()
class ReliefEntry(Kept):
    """Pain before and after a procedure; the relief is worked out, never typed."""

    procedure = models.ForeignKey(Procedure, models.PROTECT)
    after = models.PositiveSmallIntegerField(
        help_text="Hours after a diagnostic block, weeks after an injection."
    )
    pain_before = models.PositiveSmallIntegerField()
    pain_now = models.PositiveSmallIntegerField()

    objects = ReliefQuerySet.as_manager()

    class Meta(Kept.Meta):
        default_related_name = "relief"
        constraints = [
            *Kept.Meta.constraints,
            models.CheckConstraint(condition=Q(after__range=(0, 104)), name="relief_time_possible"),
            models.CheckConstraint(
                condition=Q(pain_before__range=(0, 10), pain_now__range=(0, 10)),
                name="relief_pain_0_to_10",
            ),
            models.UniqueConstraint(
                fields=["procedure", "after"],
                condition=Q(withdrawn_at=None),
                name="one_relief_entry_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pain_before} → {self.pain_now}"

    @property
    def percent(self) -> int | None:
        """Relief in per cent, negative when there is more pain; None without pain before."""
        if self.pain_before == 0:
            return None
        return round(100 * (self.pain_before - self.pain_now) / self.pain_before)
