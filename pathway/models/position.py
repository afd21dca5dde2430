from __future__ import annotations

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from pathway.models.evidence import WRITTEN_DAY
from pathway.models.part import Part
from pathway.models.tier import Modality


class Position(Part):
    """What one guideline says of a modality, and for whom: dated, with its address, to be read again by a
    day. Those of one modality may contradict each other; they stand side by side."""

    class Population(models.TextChoices):
        LOW_BACK = "low_back", _("low back pain")
        LONG_LOW_BACK = "long_low_back", _("low back pain of 12 weeks or more")
        SCIATICA = "sciatica", _("sciatica")
        LONG_SPINE = "long_spine", _("back or neck pain of 3 months or more")
        LONG_RADICULAR = "long_radicular", _("arm or leg pain of 3 months or more")

    class Stance(models.TextChoices):
        FOR = "for", _("In favor")
        CONDITIONAL = "conditional", _("In favor, with conditions")
        AGAINST = "against", _("Against")

    class Strength(models.TextChoices):
        STRONG = "strong", _("strong")
        WEAK = "weak", _("weak")
        NOT_SAID = "not_said", _("strength not said")

    modality = models.ForeignKey(Modality, models.PROTECT)
    guideline = models.CharField(max_length=80)
    population = models.CharField(max_length=20, choices=Population)
    stance = models.CharField(max_length=12, choices=Stance)
    strength = models.CharField(max_length=8, choices=Strength)
    stated = models.CharField(max_length=10, validators=[WRITTEN_DAY])
    url = models.URLField()
    review_by = models.DateField()

    class Meta(Part.Meta):
        default_related_name = "positions"
        constraints = [
            *Part.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(
                    population__in=[
                        "low_back",
                        "long_low_back",
                        "sciatica",
                        "long_spine",
                        "long_radicular",
                    ]
                ),
                name="position_population_known",
            ),
            models.CheckConstraint(
                condition=models.Q(stance__in=["for", "conditional", "against"]),
                name="position_stance_known",
            ),
            models.CheckConstraint(
                condition=models.Q(strength__in=["strong", "weak", "not_said"]),
                name="position_strength_known",
            ),
            models.CheckConstraint(
                condition=models.Q(review_by__range=(date(2000, 1, 1), date(2199, 12, 31))),
                name="position_review_by_in_bounds",
            ),
            models.CheckConstraint(
                condition=~models.Q(stated="") & ~models.Q(url=""),
                name="pathway_position_has_day_and_address",
            ),
        ]

    def is_due(self, today: date) -> bool:
        """Whether somebody should have read the guideline again."""
        return self.review_by < today
