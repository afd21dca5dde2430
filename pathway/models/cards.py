"""What people read about: conditions, options beyond tier 4, and the questions that patients ask."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from pathway.models.part import CitedPart


class Condition(CitedPart):
    title = models.CharField(max_length=80)
    summary = models.TextField()
    usual_care = models.TextField()
    usual_tiers = ArrayField(models.PositiveSmallIntegerField(), default=list)

    class Meta(CitedPart.Meta):
        default_related_name = "conditions"


class Option(CitedPart):
    """A choice to weigh at tier 5. Listed neutrally: the order says nothing about which comes next."""

    title = models.CharField(max_length=80)
    summary = models.TextField()
    evidence_note = models.TextField()

    class Meta(CitedPart.Meta):
        default_related_name = "options"


class Question(CitedPart):
    title = models.CharField(max_length=120)
    answer = models.TextField()

    class Meta(CitedPart.Meta):
        default_related_name = "questions"
