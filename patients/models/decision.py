from __future__ import annotations

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.known import json_object, one_of
from patients.bounds import PLANNED, days
from patients.models.decision_kinds import DecisionKind, asking
from patients.queries.records import DecisionQuerySet, VisitRequestQuerySet


class Decision(models.Model):
    """What a clinician decided about a flag. Append-only: a correction is a further entry."""

    Kind = DecisionKind

    class Discharge(models.TextChoices):
        WATCH = "watch", _("Out of the steps, with a watch for relapse")
        CLOSE = "close", _("Out of the steps, complaint closed")

    class Reason(models.TextChoices):
        NOT_IMPROVING = "not_improving", _("Not improving")
        IMPROVING_SLOWLY = "improving_slowly", _("Improving slowly")
        IMPROVED = "improved", _("Improved")
        PATIENT_PREFERENCE = "patient_preference", _("Patient's preference")
        SAFETY = "safety", _("Safety answer")
        NOT_TAKING_PART = "not_taking_part", _("Not taking part")
        SIDE_EFFECT = "side_effect", _("Side effect")
        OTHER = "other", _("Other")

    flag = models.ForeignKey("patients.Flag", models.PROTECT, related_name="decisions")
    corrects = models.OneToOneField("self", models.PROTECT, null=True, related_name="corrected_by")
    kind = models.CharField(max_length=20, choices=DecisionKind)
    reason = models.CharField(max_length=30, choices=Reason)
    note = models.TextField(blank=True)
    patient_sentence = models.TextField(blank=True)
    next_check_on = models.DateField(null=True, blank=True)
    to_level = models.PositiveSmallIntegerField(null=True, blank=True)
    extension_days = models.PositiveSmallIntegerField(null=True, blank=True)
    discharge = models.CharField(max_length=5, choices=Discharge, blank=True)
    round = models.PositiveSmallIntegerField(
        default=1, help_text="1 for the flag's first decision, one more after each that was undone."
    )
    effects = models.JSONField(
        default=dict, help_text="What it changed: patients/worklist/actions/effects.py."
    )
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")

    objects = DecisionQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("decision", "kind", DecisionKind.values),
            one_of(
                "decision",
                "reason",
                "not_improving improving_slowly improved patient_preference safety not_taking_part side_effect other",
            ),
            *json_object("decision", "effects"),
            models.UniqueConstraint(
                fields=["flag", "round"],
                condition=Q(corrects=None),
                name="one_first_decision_per_flag",
            ),
            models.CheckConstraint(
                # A NULL in a CHECK passes, so every column that may be empty is asked twice.
                condition=Q(
                    kind__in=asking("to_level"),
                    to_level__isnull=False,
                    to_level__range=(1, 5),
                    discharge="",
                )
                | Q(kind="step_down", to_level=None, discharge__in=["watch", "close"])
                | (~Q(kind__in=asking("to_level")) & Q(to_level=None, discharge="")),
                name="decision_step_names_tier",
            ),
            models.CheckConstraint(
                condition=Q(kind="extend", extension_days__isnull=False)
                | (~Q(kind="extend") & Q(extension_days=None)),
                name="decision_extension_names_days",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=asking("next_check_on")) | Q(next_check_on__isnull=False),
                name="decision_to_go_on_names_check",
            ),
            models.CheckConstraint(
                condition=~Q(kind="undone") | Q(corrects__isnull=False),
                name="decision_undone_names_which",
            ),
            *days("decision", PLANNED, "next_check_on"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


@pghistory.track()
class VisitRequest(models.Model):
    """A decision that needs a visit; staff turn it into a consultation."""

    class Purpose(models.TextChoices):
        NEXT_STEP = "next_step", _("Start of the next step")
        REASSESSMENT = "reassessment", _("Reassessment")
        REVIEW = "review", _("Review")

    episode = models.ForeignKey("patients.Episode", models.PROTECT, related_name="visit_requests")
    decision = models.OneToOneField(
        Decision, models.PROTECT, null=True, related_name="visit_request"
    )
    reassessment = models.OneToOneField(
        "patients.Reassessment", models.PROTECT, null=True, related_name="visit_request"
    )
    purpose = models.CharField(max_length=20, choices=Purpose)
    due_on = models.DateField(help_text="By when, in the clinic's days.")
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey("accounts.User", models.PROTECT, null=True, related_name="+")

    objects = VisitRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("visit_request", "purpose", "next_step reassessment review"),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="visit_request_closed_at_with_by",
            ),
            *days("visit_request", PLANNED, "due_on"),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()}: {self.episode.patient}"
