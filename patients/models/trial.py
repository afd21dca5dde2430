from __future__ import annotations

from datetime import date, timedelta

import pghistory
import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from accounts.known import json_object, one_of
from patients.bounds import HAPPENED, PLANNED, days
from patients.queries.records import (
    ReviewDueQuerySet,
    TierTrialQuerySet,
    TreatmentCycleQuerySet,
    TrialReviewQuerySet,
)


def same(field: str) -> Func:
    """A range of one whole number: overlaps only itself, on every PostgreSQL without an extension."""
    return Func(F(field), F(field), Value("[]"), function="int8range")


@pghistory.track()
class TierTrial(models.Model):
    """One tier, tried in one episode, for the window that the protocol gives for it."""

    class Outcome(models.TextChoices):
        RESPONDED = "responded", _("Clearly better")
        PARTIAL = "partial", _("Somewhat better")
        NOT_RESPONDED = "not_responded", _("About the same")
        WORSE = "worse", _("More pain than before")
        UNKNOWN = "unknown", _("Too few logs to say")

    episode = models.ForeignKey("patients.Episode", models.PROTECT, related_name="trials")
    tier = models.ForeignKey("pathway.Tier", models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(help_text="The tier's, 1 to 5; held by a foreign key.")
    modalities = models.ManyToManyField("pathway.Modality", related_name="+")
    started_on = models.DateField()
    window_days = models.PositiveSmallIntegerField()
    usual_pain = models.PositiveSmallIntegerField(null=True, blank=True)
    pain_before = models.DecimalField(max_digits=4, decimal_places=2, null=True, blank=True)
    starts_with_cycle = models.BooleanField(default=False)
    reason = models.TextField(blank=True, help_text="Why this tier, in words the patient reads.")
    started_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    extension_days = models.PositiveSmallIntegerField(null=True, blank=True)
    extension_reason = models.CharField(max_length=300, blank=True)
    extended_at = models.DateTimeField(null=True, blank=True)
    extended_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")
    ended_on = models.DateField(null=True, blank=True)
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True)
    ended_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    objects = TierTrialQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("trial", "outcome", "responded partial not_responded worse unknown", blank=True),
            ExclusionConstraint(
                name="trials_of_a_tier_never_overlap",
                expressions=[
                    (same("episode"), RangeOperators.OVERLAPS),
                    (same("level"), RangeOperators.OVERLAPS),
                    (
                        Func("started_on", "ended_on", Value("[)"), function="daterange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
            models.CheckConstraint(condition=Q(level__range=(1, 5)), name="trial_level_known"),
            models.CheckConstraint(
                condition=Q(window_days__range=(7, 365)), name="trial_window_possible"
            ),
            models.CheckConstraint(
                condition=Q(usual_pain=None) | Q(usual_pain__lte=10),
                name="trial_usual_pain_0_to_10",
            ),
            models.CheckConstraint(
                condition=Q(pain_before=None) | Q(pain_before__range=(0, 10)),
                name="trial_pain_before_0_to_10",
            ),
            models.CheckConstraint(
                condition=Q(
                    extension_days=None, extension_reason="", extended_at=None, extended_by=None
                )
                | (
                    Q(extension_days__range=(1, 182), extension_days__isnull=False)
                    & Q(extended_at__isnull=False, extended_by__isnull=False)
                    & ~Q(extension_reason="")
                ),
                name="trial_extension_whole",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None, outcome="", ended_by=None)
                | (
                    Q(ended_on__gte=F("started_on"), ended_on__isnull=False)
                    & Q(ended_by__isnull=False)
                    & ~Q(outcome="")
                ),
                name="trial_end_whole",
            ),
            *days("trial", PLANNED, "started_on", "ended_on"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="extended_once",
                operation=pgtrigger.Update,
                # Undone with its decision, it may be extended again.
                condition=pgtrigger.Q(old__extended_at__isnull=False)
                & pgtrigger.Q(new__extended_at__isnull=False)
                & (
                    pgtrigger.Q(old__extended_at__df=pgtrigger.F("new__extended_at"))
                    | pgtrigger.Q(old__extension_days__df=pgtrigger.F("new__extension_days"))
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.episode}: tier {self.level}"

    @property
    def length_days(self) -> int:
        """The window with its extension."""
        return self.window_days + (self.extension_days or 0)

    @property
    def ends_on(self) -> date:
        """The first day after the window."""
        return self.started_on + timedelta(days=self.length_days)

    def day(self, today: date) -> int:
        """Day of the trial; its first day is day 0."""
        return (today - self.started_on).days


class ReviewDue(models.Model):
    """A row in the queue: this trial has to be reviewed. Deleted once it has been.

    Rows are only added and removed, never changed, so that saving a log never waits for a sweep
    that holds the trial's row, and a sweep never misses a log that came while it was running.
    """

    trial = models.ForeignKey(TierTrial, models.PROTECT, related_name="+")
    clinic = models.ForeignKey(
        "accounts.Clinic",
        models.PROTECT,
        related_name="+",
        db_index=False,
        help_text="The patient's, so that each clinic gets its turn.",
    )
    due_at = models.DateTimeField()

    objects = ReviewDueQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["clinic", "due_at", "id"], name="reviews_due")]

    def __str__(self) -> str:
        return f"Trial {self.trial_id} since {self.due_at}"


class TrialReview(models.Model):
    """What the rules last said about a trial: derived, so it keeps no history.

    From `quiet_from`, the day of the last decision, until `quiet_until`, its check date, only something
    worse than what it was about, `quiet_kinds`, opens a flag (patients/flags/quiet.py).
    """

    trial = models.OneToOneField(TierTrial, models.PROTECT, primary_key=True, related_name="review")
    status = models.SmallIntegerField(null=True, blank=True)
    status_since = models.DateField(null=True, blank=True)
    assessed_on = models.DateField(null=True, blank=True)
    assessed_at = models.DateTimeField(null=True, blank=True)
    rule_version = models.CharField(max_length=20, blank=True)
    inputs_digest = models.CharField(max_length=64, blank=True)
    numbers = models.JSONField(null=True, blank=True)
    quiet_from = models.DateField(null=True, blank=True)
    quiet_until = models.DateField(null=True, blank=True)
    quiet_kinds = ArrayField(models.CharField(max_length=30), default=list, blank=True)

    objects = TrialReviewQuerySet.as_manager()

    class Meta:
        constraints = [*json_object("trial_review", "numbers")]

    def __str__(self) -> str:
        return f"Review of trial {self.pk}"


@pghistory.track()
class TreatmentCycle(models.Model):
    """One run of one modality inside a trial: what “pain returns after each cycle” is judged on."""

    trial = models.ForeignKey(TierTrial, models.PROTECT, related_name="cycles")
    modality = models.ForeignKey("pathway.Modality", models.PROTECT, related_name="+")
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    recorded_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")

    objects = TreatmentCycleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("started_on")),
                name="cycle_ends_after_start",
            ),
            *days("cycle", HAPPENED, "started_on", "ended_on"),
        ]

    def __str__(self) -> str:
        return f"{self.modality} from {self.started_on}"
