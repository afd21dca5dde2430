from __future__ import annotations

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.known import one_of
from patients.models.follow_merge import follows_merge
from scheduling.queries import CallQuerySet


@pghistory.track()
class Call(models.Model):
    """Staff called a patient who has gone quiet, missed a visit, …, and what came of it."""

    class Outcome(models.TextChoices):
        REACHED = "reached", _("Reached")
        NO_ANSWER = "no_answer", _("No answer")
        LEFT_MESSAGE = "left_message", _("Left a message")
        DECLINED = "declined", _("Declined")

    class About(models.TextChoices):
        SILENCE = "silence", _("No logs")
        VISIT = "visit", _("A visit")
        INVITATION = "invitation", _("An invitation")
        ADDRESS = "address", _("Their address")

    patient = models.ForeignKey("patients.Patient", models.PROTECT, related_name="calls")
    visit = models.ForeignKey(
        "scheduling.Consultation",
        models.SET_NULL,
        null=True,
        related_name="calls",
        help_text="The visit that it was about; a time that was only held may be gone since.",
    )
    about = models.CharField(max_length=10, choices=About, default=About.SILENCE)
    outcome = models.CharField(max_length=20, choices=Outcome)
    called_at = models.DateTimeField()
    called_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True, help_text="Noted by mistake.")

    objects = CallQuerySet.as_manager()

    class Meta:
        triggers = [follows_merge()]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=["reached", "no_answer", "left_message", "declined"]),
                name="call_outcome_known",
            ),
            one_of("call", "about", "silence visit invitation address"),
        ]
        indexes = [models.Index(fields=["patient", "-called_at"], name="calls_latest_first")]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}: {self.patient}"
