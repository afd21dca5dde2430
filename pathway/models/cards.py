"""What people read about: conditions, options beyond tier 4, and the questions that patients ask."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from pathway.models.part import CitedPart
from pathway.models.translation import SpokenChar, SpokenText


class Condition(CitedPart):
    title = SpokenChar(max_length=80)
    summary = SpokenText()
    usual_care = SpokenText()
    usual_tiers = ArrayField(models.PositiveSmallIntegerField(), default=list)

    class Meta(CitedPart.Meta):
        default_related_name = "conditions"


class Option(CitedPart):
    """A choice to weigh at tier 5. Listed neutrally: the order says nothing about which comes next."""

    title = SpokenChar(max_length=80)
    summary = SpokenText()
    evidence_note = SpokenText()

    class Meta(CitedPart.Meta):
        default_related_name = "options"


class Question(CitedPart):
    title = SpokenChar(max_length=120)
    answer = SpokenText()

    class Meta(CitedPart.Meta):
        default_related_name = "questions"
