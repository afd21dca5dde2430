from __future__ import annotations

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


class SafetyQuestion(Part):
    """Asked in plain words; a yes is answered with the protocol's advice for its level."""

    level = models.CharField(max_length=9, choices=SafetyLevel)
    text = SpokenText()
    on_every_log = models.BooleanField(default=False)

    class Meta(Part.Meta):
        default_related_name = "safety_questions"
        constraints = [
            *Part.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(level__in=SafetyLevel.values),
                name="pathway_safetyquestion_level",
            ),
        ]

    @property
    def advice(self) -> str:
        """What to do after a yes. `{emergency_number}` and `{clinic_phone}` are the clinic's to fill."""
        return {
            SafetyLevel.EMERGENCY.value: self.protocol.emergency_advice,
            SafetyLevel.URGENT.value: self.protocol.urgent_advice,
        }.get(self.level, self.protocol.routine_advice)


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
