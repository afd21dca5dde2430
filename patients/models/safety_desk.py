from __future__ import annotations

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from patients.models.records.base import stamped
from patients.queries.safety import OutcomeQuerySet, SafetyCallQuerySet


@pghistory.track()
class SafetyCall(models.Model):
    """One try to reach a patient about a safety answer. Corrected or withdrawn, it stays in history."""

    class Result(models.TextChoices):
        REACHED = "reached", _("Reached")
        NO_ANSWER = "no_answer", _("No answer")
        LEFT_MESSAGE = "left_message", _("Left a message to call back")
        WRONG_NUMBER = "wrong_number", _("Wrong or dead number")

    episode = models.ForeignKey("patients.Episode", models.PROTECT, related_name="safety_calls")
    about = models.ForeignKey(
        "patients.SafetyAdvice", models.PROTECT, related_name="+", help_text="The newest one then."
    )
    result = models.CharField(max_length=20, choices=Result)
    note = models.CharField(max_length=1000, blank=True)
    called_at = models.DateTimeField()
    called_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    changed_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    objects = SafetyCallQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(result__in=["reached", "no_answer", "left_message", "wrong_number"]),
                name="safety_call_result_known",
            ),
            stamped("withdrawn", "safety_call_withdrawn_at_with_by"),
        ]

    def __str__(self) -> str:
        return f"{self.get_result_display()}: {self.episode.patient}"


class SafetyOutcome(models.Model):
    """What came of a safety answer. Append-only: one that was wrong is undone by a further entry.

    All but "could not be reached" end the hold; that one hands the answer to the next contact.
    """

    class Kind(models.TextChoices):
        WELL = "well", _("Reached, and well")
        EMERGENCY_CARE = "emergency_care", _("Sent to emergency care")
        EXAMINED = "examined", _("Examined")
        NOT_REACHED = "not_reached", _("Could not be reached")
        UNDONE = "undone", _("Undone")

    ENDING = (Kind.WELL, Kind.EMERGENCY_CARE, Kind.EXAMINED)

    episode = models.ForeignKey("patients.Episode", models.PROTECT, related_name="safety_outcomes")
    flag = models.ForeignKey("patients.Flag", models.PROTECT, related_name="safety_outcomes")
    about = models.ForeignKey(
        "patients.SafetyAdvice",
        models.PROTECT,
        related_name="+",
        help_text="The newest answer that it covers; those before it are covered too.",
    )
    corrects = models.OneToOneField("self", models.PROTECT, null=True, related_name="corrected_by")
    kind = models.CharField(max_length=20, choices=Kind)
    note = models.TextField(blank=True)
    handed_to = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")

    objects = OutcomeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    kind__in=["well", "emergency_care", "examined", "not_reached"], corrects=None
                )
                & ~Q(note="")
                | Q(kind="undone", corrects__isnull=False),
                name="safety_outcome_says_what_was_found",
            ),
            models.CheckConstraint(
                condition=Q(handed_to=None) | Q(kind="not_reached"),
                name="safety_outcome_handed_over_where_not_reached",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def ends_hold(self) -> bool:
        return self.kind in self.ENDING
