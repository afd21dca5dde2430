from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from pathway.models.part import Part
from pathway.models.translation import SpokenText

WRITTEN_DAY = RegexValidator(r"^\d{4}(-\d{2}){0,2}$", "write a year, a month or a day: 2026-01")


class EvidenceLabel(models.TextChoices):
    """What kind of evidence a statement rests on, strongest first."""

    GUIDELINE = "guideline", _("Guideline")
    REVIEW = "review", _("Review of many studies")
    TRIAL = "trial", _("Trial that compared treatments")
    COHORT = "cohort", _("Study of people over time")
    MEASURE = "measure", _("Study of a questionnaire or score")
    DISPUTED = "disputed", _("Experts disagree")
    UNCERTAIN = "uncertain", _("Very uncertain")
    AGREEMENT = "agreement", _("Expert agreement, few studies")
    SIMULATION = "simulation", _("Computer simulation, not patients")


class Evidence(Part):
    """A source and what it found: in plain words for everyone, with its numbers for clinicians."""

    citation = models.CharField(max_length=200)
    url = models.URLField(blank=True, default="")
    published = models.CharField(
        max_length=10,
        validators=[WRITTEN_DAY],
    )
    label = models.CharField(max_length=12, choices=EvidenceLabel)
    finding = SpokenText()
    detail = models.TextField(blank=True, default="")

    class Meta(Part.Meta):
        default_related_name = "evidence"
        constraints = [
            *Part.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(label__in=EvidenceLabel.values), name="pathway_evidence_label"
            ),
        ]
