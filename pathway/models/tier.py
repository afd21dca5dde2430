from __future__ import annotations

from functools import lru_cache

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from pathway.models.part import CitedPart
from pathway.models.protocol import Protocol
from pathway.models.translation import SpokenChar, SpokenText
from pathway.rules import Chronicity

CHRONICITIES = [
    (Chronicity.ACUTE.value, _("less than 6 weeks")),
    (Chronicity.SUBACUTE.value, _("6 to 12 weeks")),
    (Chronicity.CHRONIC.value, _("12 weeks or more")),
]


class Tier(CitedPart):
    """One of the five steps. Days are counted from the start of the trial; none means "not in this tier"."""

    level = models.PositiveSmallIntegerField()
    title = SpokenChar(max_length=80)
    short_title = SpokenChar(max_length=24)
    summary = SpokenText()
    enter_when = SpokenText()
    leave_when = SpokenText()
    plateau_from_day = models.PositiveSmallIntegerField(null=True, blank=True)
    function_every_days = models.PositiveSmallIntegerField(null=True, blank=True)
    check_days = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)

    class Meta(CitedPart.Meta):
        default_related_name = "tiers"
        constraints = [
            *CitedPart.Meta.constraints,
            models.UniqueConstraint(fields=["protocol", "level"], name="pathway_tier_level_once"),
            models.CheckConstraint(
                condition=models.Q(level__gte=1, level__lte=5),
                name="pathway_tier_level_one_to_five",
                violation_error_message="level is 1 to 5",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level} {self.title}"


@lru_cache(maxsize=512)
def published_tier(pk: int) -> Tier:
    """A step of a published version, with its protocol: read once a process, for it never changes."""
    tier = Tier.objects.get(pk=pk)
    tier.protocol = Protocol.objects.version(tier.protocol_id)
    return tier


class TrialWindow(CitedPart):
    """How long one tier is tried, in days, for one chronicity. A clinician may choose within it."""

    tier = models.ForeignKey(Tier, models.PROTECT)
    chronicity = models.CharField(max_length=8, choices=CHRONICITIES)
    min_days = models.PositiveSmallIntegerField()
    default_days = models.PositiveSmallIntegerField()
    max_days = models.PositiveSmallIntegerField()

    class Meta(CitedPart.Meta):
        default_related_name = "windows"
        constraints = [
            *CitedPart.Meta.constraints,
            models.UniqueConstraint(
                fields=["tier", "chronicity"], name="pathway_trialwindow_chronicity_once"
            ),
            models.CheckConstraint(
                condition=models.Q(chronicity__in=[value for value, _label in CHRONICITIES]),
                name="pathway_trialwindow_chronicity",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    min_days__gte=1,
                    min_days__lte=models.F("default_days"),
                    default_days__lte=models.F("max_days"),
                ),
                name="pathway_trialwindow_in_order",
                violation_error_message="needs 1 <= min_days <= default_days <= max_days",
            ),
        ]

    @property
    def min_weeks(self) -> int:
        """Whole weeks as people read them; 0 where the tier may end on any day."""
        return round(self.min_days / 7)

    @property
    def default_weeks(self) -> int:
        return round(self.default_days / 7)

    @property
    def max_weeks(self) -> int:
        return round(self.max_days / 7)


class Modality(CitedPart):
    """One thing that a tier offers: an exercise programme, a drug class, one kind of injection."""

    tier = models.ForeignKey(Tier, models.PROTECT)
    title = SpokenChar(max_length=80)
    summary = SpokenText()
    mark = SpokenChar(max_length=80, blank=True, default="")
    clinician_note = models.TextField(blank=True, default="")

    class Meta(CitedPart.Meta):
        default_related_name = "modalities"
