from __future__ import annotations

from collections.abc import Collection

from django.contrib.postgres.fields import ArrayField
from django.db import models

from pathway.models.part import Part
from pathway.models.translation import SpokenText
from pathway.rules import Status

# Every status that the rules can give, the ceiling signs, and the hold while a safety answer is open.
MESSAGES = {status.name.lower() for status in Status if status is not Status.NOT_ASKED} | {
    "ceiling",
    "red_flag_hold",
}


class PatientMessage(Part):
    """What a status says to the patient, "" when nothing is said.

    The key is the status. Texts hold `{named}` places that the caller fills.
    """

    patient = SpokenText(blank=True, default="")

    class Meta(Part.Meta):
        default_related_name = "messages"


class SafetyLevel(models.TextChoices):
    EMERGENCY = "emergency", "same-day emergency care"
    URGENT = "urgent", "contact the care team today"
    ROUTINE = "routine", "a note for the next review"


class AskedOf(models.TextChoices):
    EVERYONE = "everyone", "everyone"
    NECK = "neck", "people with a neck complaint"
    BACK = "back", "people with a back complaint"
    INJECTION = "injection", "people who had an injection in the last days"


class RiskFact(Part):
    """What stands for years and raises nothing by itself: asked once, in the patient's own voice."""

    text = SpokenText()

    class Meta(Part.Meta):
        default_related_name = "risk_facts"


class SafetyQuestion(Part):
    """Asks for what is new or worse, in plain words; a yes is answered with the protocol's advice for its
    level, which is another one where one of the risk facts stands beside it."""

    level = models.CharField(max_length=9, choices=SafetyLevel)
    text = SpokenText()
    on_every_log = models.BooleanField(default=False)
    asked_of = models.CharField(max_length=9, choices=AskedOf, default=AskedOf.EVERYONE)
    with_facts = ArrayField(models.SlugField(max_length=60), default=list, blank=True)
    level_with_fact = models.CharField(
        max_length=9, choices=SafetyLevel, blank=True, default="", db_default=""
    )

    class Meta(Part.Meta):
        default_related_name = "safety_questions"
        constraints = [
            *Part.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(level__in=SafetyLevel.values),
                name="pathway_safetyquestion_level",
            ),
            models.CheckConstraint(
                condition=models.Q(with_facts=[], level_with_fact="")
                | ~models.Q(with_facts=[]) & models.Q(level_with_fact__in=SafetyLevel.values),
                name="pathway_safetyquestion_facts_with_level",
            ),
            models.CheckConstraint(
                condition=models.Q(asked_of__in=AskedOf.values),
                name="pathway_safetyquestion_asked_of",
            ),
        ]

    def level_given(self, facts: Collection[str]) -> str:
        """How soon a yes needs care, of somebody with these risk facts."""
        return self.level_with_fact if set(self.with_facts) & set(facts) else self.level


class CeilingSign(Part):
    """A sign that conservative care has given what it can. Some count only beside another."""

    title = models.CharField(max_length=120)
    detail = models.TextField()
    counts_alone = models.BooleanField()

    class Meta(Part.Meta):
        default_related_name = "ceiling_signs"


class ChecklistItem(Part):
    """What a clinician goes through when a flag opens a review."""

    title = models.CharField(max_length=120)

    class Meta(Part.Meta):
        default_related_name = "checklist"
