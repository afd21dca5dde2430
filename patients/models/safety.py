from __future__ import annotations

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.languages import languages
from patients.queries.records import RecordQuerySet
from patients.queries.safety import AdviceQuerySet


class SafetyAnswer(models.Model):
    """An answer to one safety question of a protocol version. Append-only: nobody may soften it."""

    episode = models.ForeignKey("patients.Episode", models.PROTECT, related_name="safety_answers")
    question = models.ForeignKey("pathway.SafetyQuestion", models.PROTECT, related_name="+")
    answer = models.BooleanField()
    submission_id = models.UUIDField()
    answered_at = models.DateTimeField()
    answered_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")

    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                # A no does not stand in the way of the yes that the same form brings later.
                fields=["submission_id", "episode", "question", "answer"],
                name="one_safety_answer_per_form",
            )
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.question}: {'yes' if self.answer else 'no'}"


class SafetyAdvice(models.Model):
    """What a patient was told to do after a yes, word for word, and to which answers. Append-only.

    Pages show this row and nothing worked out anew, so that the desk reads what the patient read.
    """

    class Level(models.TextChoices):
        EMERGENCY = "emergency", _("Emergency")
        URGENT = "urgent", _("Contact us today")

    episode = models.ForeignKey("patients.Episode", models.PROTECT, related_name="safety_advice")
    submission_id = models.UUIDField(db_index=True)
    level = models.CharField(max_length=9, choices=Level)
    heading = models.CharField(max_length=200)
    words = models.TextField()
    phone = models.CharField(max_length=40, help_text="The clinic's number that it names.")
    when_closed = models.TextField(blank=True, help_text="What it said about a closed clinic.")
    was_open = models.BooleanField(help_text="Whether somebody answered the phone at that time.")
    questions = ArrayField(models.TextField(), help_text="As asked, those that were said yes to.")
    language = models.CharField(max_length=5, choices=languages)
    given_at = models.DateTimeField()

    objects = AdviceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(level__in=["emergency", "urgent"]), name="safety_advice_level_known"
            ),
            models.CheckConstraint(
                condition=~Q(heading="") & ~Q(words="") & Q(questions__len__gt=0),
                name="safety_advice_says_something",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return self.heading

    @property
    def is_emergency(self) -> bool:
        return self.level == self.Level.EMERGENCY
