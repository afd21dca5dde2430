from __future__ import annotations

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from patients.bounds import EITHER, HAPPENED, days
from patients.models.records.base import EpisodeRecord, Kept
from patients.queries.records import ExerciseQuerySet, KeptQuerySet, SessionQuerySet


@pghistory.track()
class TherapyProgramme(EpisodeRecord):
    """Tier 2: a programme with a therapist, and its part at home."""

    protocol = models.ForeignKey("pathway.Protocol", models.PROTECT, related_name="+")
    modality_keys = ArrayField(models.SlugField(max_length=60), default=list)
    aim = models.CharField(max_length=300, blank=True)
    sessions_planned = models.PositiveSmallIntegerField()
    home_days_a_week = models.PositiveSmallIntegerField()
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)

    objects = KeptQuerySet.as_manager()

    class Meta(EpisodeRecord.Meta):
        default_related_name = "therapy_programmes"
        constraints = [
            *EpisodeRecord.Meta.constraints,
            models.CheckConstraint(condition=~Q(modality_keys=[]), name="programme_names_its_kind"),
            models.CheckConstraint(
                condition=Q(sessions_planned__range=(0, 100)), name="programme_sessions_possible"
            ),
            models.CheckConstraint(
                condition=Q(home_days_a_week__range=(0, 7)), name="programme_days_of_a_week"
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None)
                | Q(ended_on__isnull=False, ended_on__gte=F("started_on")),
                name="programme_ends_after_start",
            ),
            *days("programme", EITHER, "started_on", "ended_on"),
        ]

    def __str__(self) -> str:
        return f"Programme from {self.started_on}"


@pghistory.track()
class TherapySession(Kept):
    """One appointment of a programme, kept or missed."""

    programme = models.ForeignKey(TherapyProgramme, models.PROTECT)
    held_on = models.DateField()
    attended = models.BooleanField()
    note = models.CharField(max_length=300, blank=True)

    objects = SessionQuerySet.as_manager()

    class Meta(Kept.Meta):
        default_related_name = "sessions"
        constraints = [
            *Kept.Meta.constraints,
            models.UniqueConstraint(
                fields=["programme", "held_on"],
                condition=Q(withdrawn_at=None),
                name="one_session_a_day_per_programme",
            ),
            *days("session", HAPPENED, "held_on"),
        ]

    def __str__(self) -> str:
        return f"Session {self.held_on}"


@pghistory.track()
class Exercise(Kept):
    """One exercise of a programme: what, how much, how often. `key` names one of our own drawings."""

    programme = models.ForeignKey(TherapyProgramme, models.PROTECT)
    key = models.SlugField(max_length=40, blank=True, help_text="Of the exercise library, or none.")
    name = models.CharField(max_length=80, blank=True, help_text="In the therapist's words.")
    how = models.CharField(max_length=300, blank=True, help_text="In the therapist's words.")
    sets = models.PositiveSmallIntegerField()
    repetitions = models.PositiveSmallIntegerField()
    days_a_week = models.PositiveSmallIntegerField()
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)

    objects = ExerciseQuerySet.as_manager()

    class Meta(Kept.Meta):
        default_related_name = "exercises"
        constraints = [
            *Kept.Meta.constraints,
            models.CheckConstraint(condition=~Q(key="") | ~Q(name=""), name="exercise_has_a_name"),
            models.CheckConstraint(
                condition=Q(sets__range=(1, 20), repetitions__range=(1, 100)),
                name="exercise_amount_possible",
            ),
            models.CheckConstraint(
                condition=Q(days_a_week__range=(1, 7)), name="exercise_days_of_a_week"
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None)
                | Q(ended_on__isnull=False, ended_on__gte=F("started_on")),
                name="exercise_ends_after_start",
            ),
            *days("exercise", EITHER, "started_on", "ended_on"),
        ]

    def __str__(self) -> str:
        return self.name or self.key
